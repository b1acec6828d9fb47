import type { ImageFormat } from './limits.ts';

/** Where the time a picture was taken comes from, best first. */
export type CapturedAtOrigin = 'exif-offset' | 'exif-gps' | 'exif-zone' | 'file-name' | 'modified';

/** What one decode tells about a picture. Sizes are in pixels, upright (EXIF orientation applied). */
export interface ImageFacts {
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
  cameraMake: string | null;
  cameraModel: string | null;
  /** WGS 84 decimal degrees. */
  latitude: number | null;
  longitude: number | null;
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
