import type { ImageFormat } from './limits.ts';

/** Where the time a picture was taken comes from, best first. */
export type CapturedAtOrigin =
  | 'exif-offset'
  | 'exif-gps'
  | 'exif-zone'
  | 'xmp'
  | 'iptc'
  | 'file-name'
  | 'modified';

/**
 * How far a time can be trusted. `high`: the clock and its zone are known. `medium`: one of them was written by
 * something else than the camera, or occurs twice. `low`: guessed (no zone, no time of day, a clock that is wrong on
 * its face, or a modification time).
 */
export const CONFIDENCES = ['high', 'medium', 'low'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/**
 * What is peculiar about a time. `suspect_clock`: the camera's clock says before 1990 or more than a day ahead.
 * `dst_gap`: clocks of the place never showed it. `dst_overlap`: they showed it twice; the first is meant. `no_zone`:
 * nothing tells the zone, UTC was assumed. `zone_from_gps`: the zone follows from GPS time. `date_only`: no time of day.
 * `corrected`: a person moved it.
 */
export type CapturedFlag =
  | 'suspect_clock'
  | 'dst_gap'
  | 'dst_overlap'
  | 'no_zone'
  | 'zone_from_gps'
  | 'date_only'
  | 'corrected';

/** What people wrote about a picture, in XMP, IPTC or EXIF. */
export interface Descriptive {
  title: string | null;
  description: string | null;
  keywords: string[];
  /** Stars, 0–5. */
  rating: number | null;
  creator: string | null;
  copyright: string | null;
}

/** What one decode tells about a picture. Sizes are in pixels, upright (EXIF orientation applied). */
export interface ImageFacts extends Descriptive {
  format: ImageFormat;
  mimeType: string;
  width: number;
  height: number;
  /** Frames or pages in the file; only the first is used. */
  pages: number;
  /** EXIF orientation, 1–8, as found in the file. */
  orientation: number;
  hasAlpha: boolean;
  colourSpace: string;
  bitDepth: number | null;
  /** ISO 8601 UTC. */
  capturedAt: string | null;
  capturedAtOrigin: CapturedAtOrigin | null;
  /** The clock reading as written in the file, without a zone: `2021-05-31T08:25:38`. */
  capturedLocal: string | null;
  /** Minutes that this clock was ahead of UTC; `null`: not known. */
  capturedOffset: number | null;
  capturedConfidence: Confidence | null;
  capturedFlags: CapturedFlag[];
  cameraMake: string | null;
  cameraModel: string | null;
  cameraSerial: string | null;
  /** WGS 84 decimal degrees. */
  latitude: number | null;
  longitude: number | null;
  /** Metres above the sea. */
  altitude: number | null;
  /** Named EXIF/XMP/IPTC values worth showing; binary and oversized values are left out. */
  exif: Record<string, string | number>;
  /** 64-bit DCT perceptual hash, 16 hex digits. */
  phash: string;
  /** Base64 of the ThumbHash placeholder. */
  thumbhash: string;
}

/** One rendition made, as a file in the job's output directory. */
export interface RenditionFile {
  preset: string;
  version: number;
  /** Absolute path. */
  path: string;
  width: number;
  height: number;
  bytes: number;
  /** Hex. */
  sha256: string;
  mediaType: string;
  extension: string;
}
