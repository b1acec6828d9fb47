import type { Box } from '../domain/detection.ts';
import type { FoundBox } from '../domain/detector.ts';
import type { FailureType } from '../domain/failures.ts';
import type { ClassScore, Keep, Opened, Spent } from './child/messages.ts';
import type { Manifest } from './manifest.ts';

/** A model as a file. The path is absolute. */
export interface Model {
  path: string;
  manifest: Manifest;
}

/** A picture for a model, by its absolute path: encoded by a decoding child of ours, or the decoded pixels of that. */
export interface PictureFile {
  file: string;
  /** `null`: it is encoded. */
  raw: { width: number; height: number; channels: 1 | 3 } | null;
}

/** That a picture brings the model down is a result, not an error. */
export interface Refusal {
  ok: false;
  reason: Extract<
    FailureType,
    'detector_crashed' | 'detector_timeout' | 'detector_memory' | 'detector_failed'
  >;
  detail: string;
}

export type DetectionRun = { ok: true; boxes: FoundBox[]; kept: PictureFile | null; spent: Spent } | Refusal;

export type ClassificationRun = { ok: true; each: ClassScore[][]; spent: Spent } | Refusal;

/**
 * Lets models look at pictures, in child processes that each hold one model, with a memory limit and a clock.
 * Rejects with a `Failure` of the model (`model_…`, `runtime_missing`), which is the same for every picture, or of the
 * picture's file (`object_…`).
 */
export interface Detector {
  /**
   * @param picture absolute path of a JPEG, PNG or WebP that a decoding child of ours wrote
   * @param keep keeps its pixels for a classifier
   */
  detect(model: Model, picture: string, signal: AbortSignal, keep?: Keep | null): Promise<DetectionRun>;
  /** The best answers for each part of a picture, all of one decode. */
  classify(
    model: Model,
    picture: PictureFile,
    parts: readonly Box[],
    signal: AbortSignal,
  ): Promise<ClassificationRun>;
  /** Opens the model in a child. @returns how it runs there @throws Failure */
  open(model: Model, signal: AbortSignal): Promise<Opened>;
  /** Process ids of the children that live now. */
  children(): number[];
  /** Ends all children; pending calls reject. */
  close(): Promise<void>;
}
