import type { ImageFacts, RenditionFile } from '../domain/facts.ts';
import type { ItemReason } from '../domain/failures.ts';

/** One picture to look at. All paths are absolute. */
export interface RenderJob {
  inputPath: string;
  /** An existing, empty directory; renditions are written here. */
  outputDir: string;
  /** Name the file came with, a hint for the time taken. */
  fileName: string;
  /** ISO 8601 UTC; the last resort for the time taken. */
  modifiedAt: string | null;
  /** IANA zone of the camera, for clocks written without an offset; `null`: UTC is assumed and said so. */
  timezone: string | null;
}

/** A rejected picture is a result, not an error. */
export type RenderResult =
  | { ok: true; facts: ImageFacts; renditions: RenditionFile[] }
  | { ok: false; reason: ItemReason; detail: string };

/**
 * Decodes pictures in child processes, each with a memory limit and a clock.
 * Rejects only with `Failure` for trouble of our own (disk full, no child to be had), which is retried.
 */
export interface Decoder {
  render(job: RenderJob, signal: AbortSignal): Promise<RenderResult>;
  /** Ends all children; pending jobs reject. */
  close(): Promise<void>;
}
