import { readFileSync, writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { Failure } from '../../domain/failures.ts';
import type { Pixels } from '../../imaging/pixels.ts';
import type { PictureFile } from '../detector.ts';

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new Failure('object_missing', 'The rendition is not where it was stored.', { cause });
  }
}

/** What a decoding child wrote: upright, sRGB, within the limits. @throws Failure `object_missing`, `object_damaged` */
export async function decode(file: string): Promise<Pixels> {
  const bytes = bytesOf(file);
  try {
    const { data, info } = await sharp(bytes, { failOn: 'error' })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, channels: info.channels === 1 ? 1 : 3 };
  } catch (cause) {
    throw new Failure('object_damaged', 'The rendition cannot be decoded.', { cause });
  }
}

/** Pixels as a detector saw them, kept or decoded. @throws Failure `object_missing`, `object_damaged` */
export async function pixelsOf({ file, raw }: PictureFile): Promise<Pixels> {
  if (raw === null) return decode(file);
  const data = bytesOf(file);
  if (data.length !== raw.width * raw.height * raw.channels)
    throw new Failure('object_damaged', 'The kept pixels are not whole.');
  return { data, ...raw };
}

/** Keeps pixels for another process, so that it need not decode them again. @throws Failure `storage_full`, `internal_error` */
export function keepPixels({ data, ...raw }: Pixels, file: string): PictureFile {
  try {
    writeFileSync(file, data);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new Failure('storage_full', 'No space for temporary files.', { cause });
    throw new Failure('internal_error', `Pixels could not be written (${code}).`, { cause });
  }
  return { file, raw };
}
