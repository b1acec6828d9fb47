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

/** The most that can be asked for, far more than there is room for. */
export const MAX_IMAGES_PER_MINUTE = 100_000;

/** The next step of a reprocess. */
export interface NextRange extends AssetRange {
  /** To be looked at in it. */
  images: number;
  /** How many a minute people want at most. `null`: as many as there is room for. */
  imagesPerMinute: number | null;
}

/** A step that was begun: when, in milliseconds, and how many images it has. */
export interface Step {
  at: number;
  images: number;
}

/** When the step behind another may begin, in milliseconds. */
export function dueAfter({ at, images }: Step, imagesPerMinute: number): number {
  return at + Math.ceil((images * 60_000) / imagesPerMinute);
}

/** Assets of one step: about ten seconds of what people want, so that a change of it holds soon and nothing comes in bursts. */
export function stepSize(imagesPerMinute: number | null): number {
  if (imagesPerMinute === null) return REPROCESS_BATCH;
  return Math.min(REPROCESS_BATCH, Math.max(1, Math.floor(imagesPerMinute / 6)));
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
