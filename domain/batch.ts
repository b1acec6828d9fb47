import type { DetectionSkipReason, DetectionState } from './detection.ts';
import type { ItemReason } from './failures.ts';
import type { Outcome } from './outcome.ts';

/** What travels between the stages of a batch: ids and outcomes, never bytes, names or facts. */

export interface BatchRef {
  importId: string;
  /** Which slots of the import: [batch * BATCH_SIZE, (batch + 1) * BATCH_SIZE). */
  batch: number;
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

export interface FetchResult {
  fetched: FetchedItem[];
  ended: EndedItem[];
}

export interface RenderResult {
  rendered: RenderedItem[];
  ended: EndedItem[];
}

export interface DetectResult {
  state: DetectionState;
  reason: DetectionSkipReason | null;
}

/** How many items of a batch ended how, for people who read the history. */
export type BatchSummary = Partial<Record<Outcome, number>>;
