import sharp, { type Metadata } from 'sharp';
import { type ImageFormat, MAX_PIXELS } from '../../domain/limits.ts';
import { UNTRUSTED } from '../harden.ts';
import type { Size } from '../pixels.ts';
import { Rejection, rejectionOf } from '../rejection.ts';
import { sniffFormat } from '../sniff.ts';
import { readTiffDirectory } from '../tiffDirectory.ts';
import { webpSize } from '../webpSize.ts';

/** What the header says, before a single pixel is decoded. */
export interface Header {
  format: ImageFormat;
  /** HEVC is beyond the bundled libvips and goes through libheif in WebAssembly. */
  codec: 'libvips' | 'hevc';
  /** Upright. */
  width: number;
  height: number;
  pages: number;
  /** Index of the image that a HEIF container calls its primary one. */
  primary: number;
  orientation: number;
  hasAlpha: boolean;
  colourSpace: string;
  bitDepth: number | null;
  icc: Buffer | null;
}

const BITS: Readonly<Record<string, number>> = {
  uchar: 8,
  char: 8,
  ushort: 16,
  short: 16,
  uint: 32,
  int: 32,
  float: 32,
};

/**
 * Reads the header and applies the limit of pixels of its format.
 *
 * @throws Rejection
 */
export async function readHeader(bytes: Buffer): Promise<Header> {
  if (bytes.length === 0) throw new Rejection('empty_file', 'The file has no bytes.');
  const claimed = await sniffFormat(bytes);
  if (claimed === null) {
    throw new Rejection('unsupported_format', 'The bytes are not JPEG, PNG, WebP, GIF, TIFF, AVIF or HEIC.');
  }
  if (claimed === 'tiff' && isPreviewOnly(bytes)) {
    throw new Rejection(
      'unsupported_format',
      'This is a camera raw file; only its small preview could be read.',
    );
  }
  const claimedSize = claimed === 'webp' ? webpSize(bytes) : null;
  if (claimedSize !== null) applyPixelLimit(claimed, claimedSize);
  let found: Metadata;
  try {
    // No limit here: the cap below depends on the codec, which only the header knows.
    found = await sharp(bytes, { ...UNTRUSTED, limitInputPixels: false }).metadata();
  } catch (error) {
    throw rejectionOf(error, bytes, claimed);
  }
  const format = formatOf(found, claimed);
  const { width, height } = found.autoOrient;
  applyPixelLimit(format, { width, height });
  return {
    format,
    codec: format === 'heic' ? 'hevc' : 'libvips',
    width,
    height,
    pages: found.pages ?? 1,
    primary: found.pagePrimary ?? 0,
    orientation: found.orientation ?? 1,
    hasAlpha: found.hasAlpha,
    colourSpace: found.space,
    bitDepth: found.bitsPerSample ?? BITS[found.depth] ?? null,
    icc: found.icc ?? null,
  };
}

function applyPixelLimit(format: ImageFormat, { width, height }: Size): void {
  const mega = (pixels: number): string => (pixels / 1e6).toFixed(pixels < 1e7 ? 1 : 0);
  const [pixels, limit] = [width * height, MAX_PIXELS[format]];
  if (pixels <= limit) return;
  throw new Rejection(
    'pixel_limit',
    `${width} × ${height} are ${mega(pixels)} million pixels; ${format.toUpperCase()} may have ${mega(limit)} million.`,
  );
}

/**
 * NEF, ARW and their kin are TIFFs whose first picture is a thumbnail. Taking that for the photograph would be
 * worse than refusing it. NewSubfileType (TIFF 6.0 §8), bit 0: a reduced version of another image in the file.
 */
function isPreviewOnly(bytes: Buffer): boolean {
  try {
    const [subfileType = 0] = readTiffDirectory(bytes).get(254) ?? [];
    return (subfileType & 1) === 1;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function formatOf(found: Metadata, claimed: ImageFormat): ImageFormat {
  if (found.format !== 'heif') return claimed;
  if (found.compression === 'av1') return 'avif';
  if (found.compression === 'hevc') return 'heic';
  throw new Rejection('unsupported_format', 'The HEIF container holds neither HEVC nor AV1.');
}
