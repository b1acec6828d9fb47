import { FileTypeParser } from 'file-type';
import type { ImageFormat } from '../domain/limits.ts';

/** What `file-type` calls the formats that we read. Camera raws built on TIFF have names of their own and stay out. */
const FORMAT_OF: Readonly<Record<string, ImageFormat>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/apng': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/tiff': 'tiff',
  'image/avif': 'avif',
  'image/heic': 'heic',
  'image/heif': 'heic',
  'image/heic-sequence': 'heic',
  'image/heif-sequence': 'heic',
};

/**
 * What `file-type` gives up on: a TIFF whose directory lies behind the bytes it was shown, a PNG whose text chunks fill all the bytes it was shown, and a JPEG with a
 * damaged first marker, which libjpeg can often still read and which is damaged rather than foreign if not.
 */
const SIGNATURES: readonly (readonly [ImageFormat, readonly number[]])[] = [
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['jpeg', [0xff, 0xd8]],
  ['tiff', [0x49, 0x49, 0x2a, 0x00]],
  ['tiff', [0x4d, 0x4d, 0x00, 0x2a]],
  ['tiff', [0x49, 0x49, 0x2b, 0x00]],
  ['tiff', [0x4d, 0x4d, 0x00, 0x2b]],
];

/**
 * Names the format that a file claims to have, from its first bytes (4 KiB are plenty). A claim only: whether
 * the rest holds is for the decoder to say. HEIF containers may turn out to hold the other codec.
 *
 * @returns `null` for everything that Tributary does not read.
 */
export async function sniffFormat(firstBytes: Uint8Array): Promise<ImageFormat | null> {
  // A parser keeps the bytes that it looks at: shared by calls at the same time, it says of one what is true of another.
  const found = await new FileTypeParser().fromBuffer(firstBytes);
  if (found === undefined) {
    const signed = SIGNATURES.find(([, signature]) => signature.every((byte, i) => firstBytes[i] === byte));
    return signed?.[0] ?? null;
  }
  const format = Object.hasOwn(FORMAT_OF, found.mime) ? FORMAT_OF[found.mime] : undefined;
  // The generic brands "mif1" and "msf1" say HEIF only; a compatible brand names the codec.
  if (
    format === 'heic' &&
    compatibleBrands(firstBytes).some((brand) => brand === 'avif' || brand === 'avis')
  ) {
    return 'avif';
  }
  return format ?? null;
}

/** ISO/IEC 14496-12 §4.3: `ftyp` is size, type, major brand, version, then four bytes per compatible brand. */
function compatibleBrands(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = Math.min(view.getUint32(0), bytes.byteLength, 256);
  const brands: string[] = [];
  for (let at = 16; at + 4 <= end; at += 4) {
    brands.push(String.fromCharCode(...bytes.subarray(at, at + 4)));
  }
  return brands;
}
