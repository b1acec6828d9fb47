/** The tags that we look at: kind of picture, strips, tiles. Reading only these keeps hostile counts harmless. */
const WANTED = [254, 273, 279, 324, 325];

/** Bytes per value of each field type, by its number; types that no reader knows count as bytes. */
const TYPE_BYTES = [1, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

/**
 * Numbers in the first directory of a classic TIFF (TIFF 6.0 §2), by tag. Empty for BigTIFF.
 *
 * @throws RangeError when the directory or any of its values lies beyond the end of the file.
 */
export function readTiffDirectory(bytes: Buffer): Map<number, number[]> {
  const little = bytes.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number): number => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const u32 = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const tags = new Map<number, number[]>();
  if (u16(2) !== 42) return tags;
  const directory = u32(4);
  for (let i = 0; i < u16(directory); i += 1) {
    const entry = directory + 2 + 12 * i;
    const type = u16(entry + 2);
    const count = u32(entry + 4);
    const size = TYPE_BYTES[type] ?? 1;
    const from = count * size <= 4 ? entry + 8 : u32(entry + 8);
    if (from + count * size > bytes.length) throw new RangeError('a value lies beyond the end of the file');
    if (!WANTED.includes(u16(entry)) || (type !== 3 && type !== 4)) continue;
    tags.set(
      u16(entry),
      Array.from({ length: count }, (_, n) => (type === 3 ? u16(from + 2 * n) : u32(from + 4 * n))),
    );
  }
  return tags;
}
