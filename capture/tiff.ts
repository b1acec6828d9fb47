/** Types of TIFF 6.0 §2. */
export const BYTE = 1;
export const ASCII = 2;
export const SHORT = 3;
export const LONG = 4;
export const RATIONAL = 5;
export const UNDEFINED = 7;

export type Entry =
  | { tag: number; type: typeof BYTE | typeof ASCII | typeof UNDEFINED; value: Buffer }
  | { tag: number; type: typeof SHORT | typeof LONG; value: number }
  /** Numerators and denominators. */
  | { tag: number; type: typeof RATIONAL; value: readonly (readonly [number, number])[] };

const HEADER = 8;

/** A value as it is written, and how many of its type that are. */
function written(entry: Entry): { bytes: Buffer; count: number } {
  switch (entry.type) {
    case SHORT:
    case LONG: {
      const bytes = Buffer.alloc(entry.type === SHORT ? 2 : 4);
      bytes.writeUIntBE(entry.value, 0, bytes.length);
      return { bytes, count: 1 };
    }
    case RATIONAL: {
      const bytes = Buffer.alloc(8 * entry.value.length);
      for (const [i, [over, under]] of entry.value.entries()) {
        bytes.writeUInt32BE(over, 8 * i);
        bytes.writeUInt32BE(under, 8 * i + 4);
      }
      return { bytes, count: entry.value.length };
    }
    default:
      return { bytes: entry.value, count: entry.value.length };
  }
}

/** One directory, in ascending order of tags, with what does not fit into its entries behind it. */
function directory(entries: readonly Entry[], at: number): Buffer {
  const table = Buffer.alloc(2 + 12 * entries.length + 4);
  table.writeUInt16BE(entries.length, 0);
  const behind: Buffer[] = [];
  let free = at + table.length;
  const sorted = [...entries].sort((a, b) => a.tag - b.tag);
  for (const [i, entry] of sorted.entries()) {
    const place = 2 + 12 * i;
    const { bytes, count } = written(entry);
    table.writeUInt16BE(entry.tag, place);
    table.writeUInt16BE(entry.type, place + 2);
    table.writeUInt32BE(count, place + 4);
    if (bytes.length <= 4) {
      bytes.copy(table, place + 8);
    } else {
      table.writeUInt32BE(free, place + 8);
      // Values begin at even places.
      const padded = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
      behind.push(padded);
      free += padded.length;
    }
  }
  return Buffer.concat([table, ...behind]);
}

/**
 * A TIFF file in memory with one directory, and others that it points at.
 * @param children each with the tag of the pointer to it
 */
export function writeTiff(
  entries: readonly Entry[],
  children: readonly { tag: number; entries: readonly Entry[] }[] = [],
): Buffer {
  const header = Buffer.alloc(HEADER);
  header.write('MM', 'latin1');
  header.writeUInt16BE(42, 2);
  header.writeUInt32BE(HEADER, 4);
  const pointing = (places: readonly number[]): Entry[] => [
    ...entries,
    ...children.map(({ tag }, i): Entry => ({ tag, type: LONG, value: places[i] ?? 0 })),
  ];
  // Pointers are as long whatever they point at.
  let at = HEADER + directory(pointing([]), HEADER).length;
  const places: number[] = [];
  const parts = children.map(({ entries: own }) => {
    places.push(at);
    const part = directory(own, at);
    at += part.length;
    return part;
  });
  return Buffer.concat([header, directory(pointing(places), HEADER), ...parts]);
}
