import type { DetectionSkipReason, DetectionState } from './detection.ts';
import type { FailureType, ItemReason } from './failures.ts';
import type { Outcome } from './outcome.ts';

/** What travels between the stages of a batch: ids and outcomes, never bytes, names or facts. */

export interface BatchRef {
  importId: string;
  batch: number;
  /** Which slots of the import: [from, to). Without: those of a grid of small batches. */
  slots?: [from: number, to: number];
}

/** An item whose original is in the store, and the asset it made. */
export interface FetchedItem {
  item: number;
  asset: number;
}

export type RenderedItem = FetchedItem;

/** An item that goes no further, and why. */
export interface EndedItem {
  item: number;
  outcome: Exclude<Outcome, 'stored'>;
  reason: ItemReason;
  /** One short sentence; no paths, no credentials. */
  detail?: string;
  asset?: number;
}

/** Why an import cannot go on without help. */
export interface Attention {
  type: FailureType;
  detail: string;
  /** Milliseconds after which it may be tried without help. */
  resumeInMs?: number;
}

export interface FetchResult {
  fetched: FetchedItem[];
  ended: EndedItem[];
  /** Some items are neither: they wait for what only a person can give. */
  parked?: Attention;
}

export interface RenderResult {
  rendered: RenderedItem[];
  ended: EndedItem[];
}

/**
 * What became of the pictures of a batch. The boxes themselves are rows by then: there may be hundreds for a picture, and
 * histories are kept for long.
 */
export interface DetectResult {
  /** Of those that no model looked at. */
  state: DetectionState;
  reason: DetectionSkipReason | null;
  /** The model whose runs say more. */
  model?: number;
}

/** A rendition that somebody waits for. */
export interface RenditionOrder {
  asset: number;
  /** Name of a preset, or one that says its whole recipe (`fly-…`). */
  preset: string;
}

/** How many items of a batch ended how, for people who read the history. */
export type BatchSummary = Partial<Record<Outcome, number>> & { parked?: Attention };
