import type { Comparison } from '../domain/comparison.ts';
import type { ImageFacts, RenditionFile } from '../domain/facts.ts';
import type { ItemReason } from '../domain/failures.ts';
import type { PresetName } from '../domain/presets.ts';

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
interface Rejected {
  ok: false;
  reason: ItemReason;
  detail: string;
}

export type RenderResult = { ok: true; facts: ImageFacts; renditions: RenditionFile[] } | Rejected;

/** A rendition that is there, by its absolute path. */
export interface RenditionPath {
  preset: PresetName;
  path: string;
}

/** Two pictures to compare. All paths are absolute. */
export interface CompareJob {
  /** Of the picture that is the measure, the largest first. */
  renditions: RenditionPath[];
  /** What it is compared with: a picture as it came, or the renditions of one that was rendered before. */
  other: { picture: string } | { renditions: RenditionPath[] };
  /** Where a PNG is written that shows the differences. */
  difference: RenditionPath | null;
}

export type CompareResult = ({ ok: true } & Comparison) | Rejected;

/**
 * Decodes pictures in child processes, each with a memory limit and a clock.
 * Rejects only with `Failure` for trouble of our own (disk full, no child to be had), which is retried.
 */
export interface Decoder {
  render(job: RenderJob, signal: AbortSignal): Promise<RenderResult>;
  compare(job: CompareJob, signal: AbortSignal): Promise<CompareResult>;
  /** Ends all children; pending jobs reject. */
  close(): Promise<void>;
}
