/** Assets that one step of a reprocess looks at; about a second of work when all of them are made anew. */
export const REPROCESS_BATCH = 24;
/** Steps in flight at the same time: the second hides the gap behind the first. */
export const REPROCESS_WINDOW = 2;

/** What of an asset is made anew. */
export const REPROCESS_SUBJECTS = ['renditions', 'detections'] as const;
export type ReprocessSubject = (typeof REPROCESS_SUBJECTS)[number];

export type ReprocessState = 'pending' | 'processing' | 'paused' | 'completed' | 'cancelled';

/** Assets with an id above `after`, up to `upTo`. */
export interface AssetRange {
  after: number;
  upTo: number;
}

/** What a running reprocess says of itself. */
export interface ReprocessProgress {
  paused: boolean;
  cancelling: boolean;
  /** Assets up to this id are done with. */
  cursor: number;
  rangesInFlight: number;
  run: number;
}
