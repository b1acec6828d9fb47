import type { Comparison } from '../domain/comparison.ts';
import type { Box } from '../domain/detection.ts';
import type { ImageFacts, RenditionFile } from '../domain/facts.ts';
import type { ItemReason } from '../domain/failures.ts';
import type { BuiltInPreset, Point, Preset } from '../domain/presets.ts';

/** One picture and what to make of it. All paths are absolute. */
export interface DeriveJob {
  inputPath: string;
  /** An existing, empty directory; renditions are written here. */
  outputDir: string;
  /** Default: what is built in. */
  presets?: readonly Preset[];
  /** What covering renditions are cut around, instead of what their presets say. */
  focal?: Point | null;
  /** Upright size of the original, when `inputPath` is a rendition of it. */
  original?: { width: number; height: number } | null;
  /** Parts that are made unrecognisable in everything that is made, as shares of the upright picture. */
  hide?: readonly Box[];
  /** Also the placeholder of the picture as it is then. */
  placeholder?: boolean;
}

/** The same, and the facts. */
export interface RenderJob extends DeriveJob {
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

export type DeriveResult =
  /** @param thumbhash base64; `''` where nobody asked */
  | { ok: true; renditions: RenditionFile[]; thumbhash: string }
  | { ok: false; reason: ItemReason; detail: string };

/** A picture as it came, or its built-in renditions; absolute paths. */
export type ComparedSide = { picture: string } | { renditions: Readonly<Record<BuiltInPreset, string>> };

/** Two pictures to compare. */
export interface CompareJob {
  /** The measure: the other one is brought to its sizes. */
  one: ComparedSide;
  other: ComparedSide;
  /** Where a PNG is written that shows the differences at a preset. */
  difference: { preset: BuiltInPreset; path: string } | null;
}

export type CompareResult = ({ ok: true } & Comparison) | { ok: false; reason: ItemReason; detail: string };

/** Who goes first when decoders are short: somebody waits for the answer, an import does, nobody does. */
export type Urgency = 'now' | 'soon' | 'whenever';

/**
 * Decodes pictures in child processes, each with a memory limit and a clock.
 * Rejects only with `Failure` for trouble of our own (disk full, no child to be had), which is retried.
 */
export interface Decoder {
  /** @param urgency default: `soon` */
  render(job: RenderJob, signal: AbortSignal, urgency?: Urgency): Promise<RenderResult>;
  /** Renditions only. */
  derive(job: DeriveJob, signal: AbortSignal, urgency?: Urgency): Promise<DeriveResult>;
  /** Somebody always waits for it. */
  compare(job: CompareJob, signal: AbortSignal): Promise<CompareResult>;
  /** Process ids of the children that live now. */
  children(): number[];
  /** Ends all children; pending jobs reject. */
  close(): Promise<void>;
}
