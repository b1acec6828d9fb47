import type { Pixels } from './pixels.ts';

const HEADER_BYTES = 8;
const ENTRY_BYTES = 12;
const SHORT = 3;
const LONG = 4;
const UNDEFINED = 7;

/**
 * Puts raw pixels and a colour profile into an uncompressed TIFF 6.0 in memory: the one way to hand libvips
 * pixels of our own together with a profile to convert them from.
 */
export function wrapTiff({ data, width, height, channels }: Pixels, icc: Buffer): Buffer {
  const bitsPerSample = HEADER_BYTES + 2 + 11 * ENTRY_BYTES + 4;
  const profileAt = bitsPerSample + 2 * channels;
  const pixelsAt = profileAt + icc.length + (icc.length % 2);
  // Tag, type, count, value (or where the value is); in ascending order, as §2 demands.
  const entries: readonly (readonly [number, number, number, number])[] = [
    [256, LONG, 1, width],
    [257, LONG, 1, height],
    [258, SHORT, channels, channels === 1 ? 8 : bitsPerSample],
    [259, SHORT, 1, 1],
    [262, SHORT, 1, channels === 1 ? 1 : 2],
    [273, LONG, 1, pixelsAt],
    [277, SHORT, 1, channels],
    [278, LONG, 1, height],
    [279, LONG, 1, data.length],
    [284, SHORT, 1, 1],
    [34_675, UNDEFINED, icc.length, profileAt],
  ];
  const head = Buffer.alloc(pixelsAt);
  head.write('II', 'latin1');
  head.writeUInt16LE(42, 2);
  head.writeUInt32LE(HEADER_BYTES, 4);
  head.writeUInt16LE(entries.length, HEADER_BYTES);
  for (const [i, [tag, type, count, value]] of entries.entries()) {
    const at = HEADER_BYTES + 2 + i * ENTRY_BYTES;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(type, at + 2);
    head.writeUInt32LE(count, at + 4);
    // A SHORT sits in the low half of the value, which in little-endian order is where a LONG begins too.
    head.writeUInt32LE(value, at + 8);
  }
  for (let i = 0; i < channels; i += 1) head.writeUInt16LE(8, bitsPerSample + 2 * i);
  icc.copy(head, profileAt);
  return Buffer.concat([head, data]);
}
