import type { ImageFormat } from '../domain/limits.ts';
import { readTiffDirectory } from './tiffDirectory.ts';

/**
 * Whether the container's own lengths say that bytes are missing at the end. Asked only about files that failed
 * to decode; files with odd but decodable endings never come here.
 */
export function endsEarly(bytes: Buffer, format: ImageFormat): boolean {
  try {
    return ENDS_EARLY[format](bytes);
  } catch (error) {
    // A structure that points past the end of the buffer is exactly what a cut-off file looks like.
    if (error instanceof RangeError) return true;
    throw error;
  }
}

const ENDS_EARLY: Readonly<Record<ImageFormat, (bytes: Buffer) => boolean>> = {
  jpeg: jpegEndsEarly,
  png: pngEndsEarly,
  webp: (bytes) => bytes.readUInt32LE(4) + 8 > bytes.length,
  gif: gifEndsEarly,
  tiff: tiffEndsEarly,
  avif: boxesEndEarly,
  heic: boxesEndEarly,
};

/** ITU-T T.81 annex B: segments up to the first scan, then entropy-coded data that must end with EOI. */
function jpegEndsEarly(bytes: Buffer): boolean {
  let at = 2;
  for (;;) {
    if (bytes.readUInt8(at) !== 0xff) return false;
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
    } else if (marker === 0xd9) {
      return false;
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
    } else {
      const next = at + 2 + bytes.readUInt16BE(at + 2);
      if (marker === 0xda) return bytes.indexOf('ffd9', next, 'hex') < 0;
      at = next;
    }
  }
}

/** PNG (ISO/IEC 15948) §5: length, type, data, CRC; the last chunk is IEND. */
function pngEndsEarly(bytes: Buffer): boolean {
  let at = 8;
  for (;;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (!/^[A-Za-z]{4}$/.test(type)) return false;
    at += 12 + length;
    if (at > bytes.length) return true;
    if (type === 'IEND') return false;
  }
}

/** GIF89a §§17–27: header, colour tables, then blocks up to the trailer 0x3B. */
function gifEndsEarly(bytes: Buffer): boolean {
  const tableSize = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 << ((flags & 7) + 1));
  const afterSubBlocks = (from: number): number => {
    let at = from;
    for (let size = bytes.readUInt8(at); size !== 0; size = bytes.readUInt8(at)) at += size + 1;
    return at + 1;
  };
  let at = 13 + tableSize(bytes.readUInt8(10));
  for (;;) {
    const kind = bytes.readUInt8(at);
    if (kind === 0x21) at = afterSubBlocks(at + 2);
    else if (kind === 0x2c) at = afterSubBlocks(at + 11 + tableSize(bytes.readUInt8(at + 9)));
    else return false;
  }
}

/** The strips or tiles that the first directory names must lie within the file. */
function tiffEndsEarly(bytes: Buffer): boolean {
  const tags = readTiffDirectory(bytes);
  const offsets = tags.get(273) ?? tags.get(324) ?? [];
  const counts = tags.get(279) ?? tags.get(325) ?? [];
  return offsets.some((offset, i) => offset + (counts[i] ?? 0) > bytes.length);
}

/** ISO/IEC 14496-12 §4.2: boxes of 32-bit size and type; size 1 means a 64-bit size follows, 0 "to the end". */
function boxesEndEarly(bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length) {
    const short = bytes.readUInt32BE(at);
    if (short === 0) return false;
    const size = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short;
    if (size < 8) return false;
    at += size;
  }
  return at > bytes.length;
}
