import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of an archive that a test makes, with whatever lies it is to tell. */
export interface ZipEntry {
  name: string | Buffer;
  data?: Uint8Array;
  /** 8 (deflate) when left out. */
  method?: number;
  /** General purpose bits; 0x800 (UTF-8) is set for names given as text. */
  flags?: number;
  /** Of Unix; makes links. */
  mode?: number;
  /** Instead of what they really are. */
  says?: { crc32?: number; size?: number; packed?: number; at?: number };
  /** Seconds since 1970, in the field that Info-ZIP made for them. */
  moment?: number;
  /** Sizes and checksum only behind the data, as packers do that write to a pipe. */
  descriptor?: boolean;
  /** Sizes and place in the fields for large files. */
  zip64?: boolean;
  /** More fields in the local header than the directory knows of. */
  localExtra?: Buffer;
}

const u16 = (...values: number[]) => Buffer.concat(values.map((v) => Buffer.from([v & 255, v >>> 8])));
const u32 = (...values: number[]) =>
  Buffer.concat(
    values.map((v) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(v >>> 0);
      return bytes;
    }),
  );
const u64 = (...values: number[]) =>
  Buffer.concat(
    values.map((v) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt(v));
      return bytes;
    }),
  );
const field = (id: number, data: Buffer) => Buffer.concat([u16(id, data.length), data]);

// 2021-05-31 08:25:38, in no zone.
const DOS_TIME = (8 << 11) | (25 << 5) | 19;
const DOS_DATE = (41 << 9) | (5 << 5) | 31;
const ALL = 0xffffffff;

/** A zip archive. `entryCount` and `before` (bytes in front) for lies about the whole. */
export function zipFile(
  entries: readonly ZipEntry[],
  whole: { entryCount?: number; zip64End?: boolean; comment?: string } = {},
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  const put = (...bytes: Buffer[]): void => {
    for (const each of bytes) {
      parts.push(each);
      at += each.length;
    }
  };
  for (const entry of entries) {
    const data = Buffer.from(entry.data ?? Buffer.alloc(0));
    const method = entry.method ?? 8;
    const packed = method === 8 ? deflateRawSync(data) : data;
    const name = typeof entry.name === 'string' ? Buffer.from(entry.name) : entry.name;
    const flags =
      (entry.flags ?? 0) | (typeof entry.name === 'string' ? 0x800 : 0) | (entry.descriptor ? 8 : 0);
    const crc = entry.says?.crc32 ?? crc32(data);
    const size = entry.says?.size ?? data.length;
    const packedSize = entry.says?.packed ?? packed.length;
    const where = entry.says?.at ?? at;
    const moment =
      entry.moment === undefined
        ? Buffer.alloc(0)
        : field(0x5455, Buffer.concat([Buffer.from([1]), u32(entry.moment)]));
    const local = Buffer.concat([moment, entry.localExtra ?? Buffer.alloc(0)]);
    const told = entry.descriptor ? [0, 0, 0] : [crc, packedSize, size];
    put(
      u32(0x04034b50),
      u16(20, flags, method, DOS_TIME, DOS_DATE),
      u32(...told),
      u16(name.length, local.length),
      name,
      local,
      packed,
    );
    if (entry.descriptor) put(u32(0x08074b50, crc, packedSize, size));
    const large = entry.zip64 ? field(1, u64(size, packedSize, where)) : Buffer.alloc(0);
    const extra = Buffer.concat([moment, large]);
    directory.push(
      u32(0x02014b50),
      u16((3 << 8) | 20, 20, flags, method, DOS_TIME, DOS_DATE),
      u32(crc, entry.zip64 ? ALL : packedSize, entry.zip64 ? ALL : size),
      u16(name.length, extra.length, 0, 0, 0),
      u32(((entry.mode ?? 0o100644) << 16) >>> 0, entry.zip64 ? ALL : where),
      name,
      extra,
    );
  }
  const from = at;
  put(...directory);
  const length = at - from;
  const count = whole.entryCount ?? entries.length;
  if (whole.zip64End) {
    const end = at;
    put(u32(0x06064b50), u64(44), u16(45, 45), u32(0, 0), u64(count, count, length, from));
    put(u32(0x07064b50, 0), u64(end), u32(1));
  }
  const comment = Buffer.from(whole.comment ?? '');
  put(
    u32(0x06054b50),
    u16(0, 0, Math.min(count, 0xffff), Math.min(count, 0xffff)),
    u32(length, whole.zip64End ? ALL : from),
    u16(comment.length),
    comment,
  );
  return Buffer.concat(parts);
}
