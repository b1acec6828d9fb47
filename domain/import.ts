import type { Counts } from './outcome.ts';

/** One of `HANDED_IN`, or the name of a kind of source. */
export type ImportKind = string;

/**
 * What somebody hands in: a person a file, a camera its pictures. Such an import has no source that could be asked
 * again, so it has no versions to know again, and it is not among the imports that people look at.
 */
export const HANDED_IN = ['upload', 'rtsp'] as const;
export type HandedInKind = (typeof HANDED_IN)[number];

export function isHandedIn(kind: ImportKind): kind is HandedInKind {
  return (HANDED_IN as readonly ImportKind[]).includes(kind);
}

/**
 * `pending`: recorded, its workflow not yet seen. `completed`: every item is final (some may have failed).
 * `failed`: the listing itself could not be read. `needs_attention`: it waits for what only a person can give.
 */
export const IMPORT_STATES = [
  'pending',
  'processing',
  'paused',
  'needs_attention',
  'completed',
  'failed',
  'cancelled',
] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** How the workflow of an import sees itself; counts come from rows, not from here. */
export interface ImportProgress {
  paused: boolean;
  /** What the import waits for; absent while it does not. */
  attention?: { type: string; detail: string };
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
  hasCredential: boolean;
  suspect: 'partial' | 'empty' | 'shrunken' | null;
  /** When an import that needs attention goes on by itself. */
  resumesAt: Date | null;
  pullSourceId: string | null;
  /** Files that the run of a pull source left alone because it knows them. */
  knownItems: number;
  /** New files that it left for a later run. */
  deferredItems: number;
  createdAt: Date;
  updatedAt: Date;
  finishedAt: Date | null;
}
