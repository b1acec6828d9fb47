/**
 * Makes a large HEIC out of a small one: a `grid` item (ISO/IEC 23008-12 §6.6.2.3) that shows the small file's
 * HEVC picture over and over, the way phones store their photographs in tiles. No HEVC encoder is needed.
 */
export function tiledHeic(small: Buffer, columns: number, rows: number): Buffer {
  const meta = find(small, 'meta', 0, small.length);
  const [metaFrom, metaTo] = [meta.from + 4, meta.to];
  const ipco = find(small, 'ipco', find(small, 'iprp', metaFrom, metaTo).from, metaTo);
  const hvcC = find(small, 'hvcC', ipco.from, ipco.to);
  const ispe = find(small, 'ispe', ipco.from, ipco.to);
  const width = small.readUInt32BE(ispe.from + 4);
  const height = small.readUInt32BE(ispe.from + 8);
  const mdat = find(small, 'mdat', 0, small.length);
  const tile =
    firstExtent(small, find(small, 'iloc', metaFrom, metaTo).from) ?? small.subarray(mdat.from, mdat.to);

  const gridWidth = width * columns;
  const gridHeight = height * rows;
  const grid = Buffer.concat([Buffer.from([0, 1, rows - 1, columns - 1]), u32(gridWidth), u32(gridHeight)]);
  const item = (id: number, type: string) => full('infe', 2, [u16(id), u16(0), Buffer.from(`${type}\0`)]);
  // libheif refuses to use one item twice, but items may share their bytes.
  const tiles = Array.from({ length: columns * rows }, (_, i) => i + 2);
  const build = (tileAt: number): Buffer =>
    Buffer.concat([
      box('ftyp', [Buffer.from('heic'), u32(0), Buffer.from('mif1heic')]),
      full('meta', 0, [
        full('hdlr', 0, [u32(0), Buffer.from('pict'), Buffer.alloc(13)]),
        full('pitm', 0, [u16(1)]),
        full('iinf', 0, [u16(tiles.length + 1), item(1, 'grid'), ...tiles.map((id) => item(id, 'hvc1'))]),
        full('iref', 0, [box('dimg', [u16(1), u16(tiles.length), ...tiles.map(u16)])]),
        box('iprp', [
          box('ipco', [
            small.subarray(hvcC.from - 8, hvcC.to),
            full('ispe', 0, [u32(width), u32(height)]),
            full('ispe', 0, [u32(gridWidth), u32(gridHeight)]),
          ]),
          full('ipma', 0, [
            u32(tiles.length + 1),
            ...[u16(1), Buffer.from([1, 3])],
            ...tiles.flatMap((id) => [u16(id), Buffer.from([2, 0x81, 2])]),
          ]),
        ]),
        // Offsets and lengths of four bytes; construction method 1 reads from `idat`, 0 from the file.
        full('iloc', 1, [
          Buffer.from([0x44, 0x00]),
          u16(tiles.length + 1),
          ...[u16(1), u16(1), u16(0), u16(1), u32(0), u32(grid.length)],
          ...tiles.flatMap((id) => [u16(id), u16(0), u16(0), u16(1), u32(tileAt), u32(tile.length)]),
        ]),
        box('idat', [grid]),
      ]),
      box('mdat', [tile]),
    ]);
  const total = build(0).length;
  return build(total - tile.length);
}

interface Span {
  from: number;
  to: number;
}

/** Payload of the first box of that type among siblings. */
function find(bytes: Buffer, type: string, from: number, to: number): Span {
  for (let at = from; at < to; at += bytes.readUInt32BE(at)) {
    const end = at + bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === type) return { from: at + 8, to: end };
  }
  throw new Error(`no ${type} box`);
}

/** The first extent of the first item of an `iloc` of version 0 or 1. */
function firstExtent(bytes: Buffer, iloc: number): Buffer | null {
  const version = bytes.readUInt8(iloc);
  const offsetSize = bytes.readUInt8(iloc + 4) >> 4;
  const lengthSize = bytes.readUInt8(iloc + 4) & 15;
  const baseSize = bytes.readUInt8(iloc + 5) >> 4;
  let at = iloc + 8 + 2 + (version > 0 ? 2 : 0) + 2;
  const base = baseSize === 0 ? 0 : bytes.readUIntBE(at, baseSize);
  at += baseSize + 2;
  if (offsetSize === 0 || lengthSize === 0) return null;
  const offset = base + bytes.readUIntBE(at, offsetSize);
  return bytes.subarray(offset, offset + bytes.readUIntBE(at + offsetSize, lengthSize));
}

function box(type: string, parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type), body]);
}

function full(type: string, version: number, parts: Buffer[]): Buffer {
  return box(type, [Buffer.from([version, 0, 0, 0]), ...parts]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
