import type { Counts } from './outcome.ts';

export const IMPORT_KINDS = ['upload', 'folder', 'http-directory'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/**
 * `pending`: recorded, its workflow not yet seen. `completed`: every item is final (some may have failed).
 * `failed`: the listing itself could not be read.
 */
export const IMPORT_STATES = ['pending', 'processing', 'paused', 'completed', 'failed', 'cancelled'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** How the workflow of an import sees itself; counts come from rows, not from here. */
export interface ImportProgress {
  paused: boolean;
  cancelling: boolean;
  listingComplete: boolean;
  /** Items given to batches so far. */
  slots: number;
  batchesStarted: number;
  batchesInFlight: number;
  /** 1 for the first run; raised at each continue-as-new. */
  run: number;
}

export interface ImportView {
  id: string;
  tenantId: string;
  kind: ImportKind;
  address: string;
  state: ImportState;
  listingComplete: boolean;
  counts: Counts;
  error: { type: string; detail: string } | null;
  createdAt: Date;
  updatedAt: Date;
  finishedAt: Date | null;
}
