import type { FoundBox } from '../domain/detector.ts';
import type { FailureType } from '../domain/failures.ts';
import type { Spent } from './child/messages.ts';
import type { Manifest } from './manifest.ts';

/** A model as a file. The path is absolute. */
export interface Model {
  path: string;
  manifest: Manifest;
}

/** That a picture brings the model down is a result, not an error. */
export type DetectionRun =
  | { ok: true; boxes: FoundBox[]; spent: Spent }
  | {
      ok: false;
      reason: Extract<
        FailureType,
        'detector_crashed' | 'detector_timeout' | 'detector_memory' | 'detector_failed'
      >;
      detail: string;
    };

/**
 * Lets models look at pictures, in child processes that each hold one model, with a memory limit and a clock.
 * Rejects with a `Failure` of the model (`model_…`, `runtime_missing`), which is the same for every picture, or of the
 * picture's file (`object_…`).
 */
export interface Detector {
  /** @param picture absolute path of a JPEG, PNG or WebP that a decoding child of ours wrote */
  detect(model: Model, picture: string, signal: AbortSignal): Promise<DetectionRun>;
  /** Opens the model in a child. @throws Failure */
  open(model: Model, signal: AbortSignal): Promise<void>;
  /** Process ids of the children that live now. */
  children(): number[];
  /** Ends all children; pending calls reject. */
  close(): Promise<void>;
}
