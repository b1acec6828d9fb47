/** An entry as far as it was written. */
export interface Written {
  name: Buffer;
  modifiedAt: Date;
  /** Where its local header begins. */
  offset: number;
  crc: number;
  size: number;
  packed: number;
  /** Sum and sizes stand behind its bytes, because they were not known before. */
  streamed: boolean;
}

const MAX_32 = 0xffffffff;
const DEFLATE = 8;
const UTF8_NAMES = 1 << 11;
const SIZES_BEHIND = 1 << 3;

/** Unix, so that a file gets sensible permissions. */
const MADE_BY = (3 << 8) | 45;
const REGULAR_FILE = 0o100644 * 0x10000;

export function localHeader({ name, modifiedAt, crc, size, packed, streamed }: Written): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(UTF8_NAMES | (streamed ? SIZES_BEHIND : 0), 6);
  header.writeUInt16LE(DEFLATE, 8);
  header.writeUInt32LE(dosTime(modifiedAt), 10);
  if (!streamed) {
    header.writeUInt32LE(crc, 14);
    header.writeUInt32LE(packed, 18);
    header.writeUInt32LE(size, 22);
  }
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

/** Behind a streamed entry. */
export function descriptor({ crc, size, packed }: Written): Buffer {
  const large = size > MAX_32 || packed > MAX_32;
  const bytes = Buffer.alloc(large ? 24 : 16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(crc, 4);
  if (large) {
    bytes.writeBigUInt64LE(BigInt(packed), 8);
    bytes.writeBigUInt64LE(BigInt(size), 16);
  } else {
    bytes.writeUInt32LE(packed, 8);
    bytes.writeUInt32LE(size, 12);
  }
  return bytes;
}

export function centralEntry({ name, modifiedAt, offset, crc, size, packed, streamed }: Written): Buffer {
  const large = [size, packed, offset].some((n) => n > MAX_32);
  const extra = large ? zip64Extra(size, packed, offset) : Buffer.alloc(0);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(MADE_BY, 4);
  header.writeUInt16LE(large ? 45 : 20, 6);
  header.writeUInt16LE(UTF8_NAMES | (streamed ? SIZES_BEHIND : 0), 8);
  header.writeUInt16LE(DEFLATE, 10);
  header.writeUInt32LE(dosTime(modifiedAt), 12);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(large ? MAX_32 : packed, 20);
  header.writeUInt32LE(large ? MAX_32 : size, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(REGULAR_FILE, 38);
  header.writeUInt32LE(large ? MAX_32 : offset, 42);
  return Buffer.concat([header, name, extra]);
}

function zip64Extra(size: number, packed: number, offset: number): Buffer {
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  extra.writeBigUInt64LE(BigInt(size), 4);
  extra.writeBigUInt64LE(BigInt(packed), 12);
  extra.writeBigUInt64LE(BigInt(offset), 20);
  return extra;
}

/** @param start where the directory begins @param length its bytes */
export function endOf(entries: number, start: number, length: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(entries, 0xffff), 8);
  end.writeUInt16LE(Math.min(entries, 0xffff), 10);
  end.writeUInt32LE(Math.min(length, MAX_32), 12);
  end.writeUInt32LE(Math.min(start, MAX_32), 16);
  if (entries < 0xffff && start < MAX_32 && length < MAX_32) return end;
  const large = Buffer.alloc(56);
  large.writeUInt32LE(0x06064b50, 0);
  large.writeBigUInt64LE(44n, 4);
  large.writeUInt16LE(MADE_BY, 12);
  large.writeUInt16LE(45, 14);
  large.writeBigUInt64LE(BigInt(entries), 24);
  large.writeBigUInt64LE(BigInt(entries), 32);
  large.writeBigUInt64LE(BigInt(length), 40);
  large.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(start + length), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([large, locator, end]);
}

/** Date and time of DOS in one number, in UTC; they begin in 1980. */
function dosTime(at: Date): number {
  const year = Math.min(Math.max(at.getUTCFullYear(), 1980), 2107) - 1980;
  const date = (year << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return date * 0x10000 + time;
}
