import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw, deflateRawSync } from 'node:zlib';
import { joined } from './joined.ts';
import { centralEntry, descriptor, endOf, localHeader, type Written } from './records.ts';

export interface ZipEntry {
  /** With forward slashes, relative, without `..`. */
  name: string;
  /** A text, or its parts as they come. */
  content: string | AsyncIterable<string>;
}

/**
 * A zip archive as it is made: what is held of an entry is its place in the directory at the end. Sizes beyond 4 GiB and
 * more than 65,535 entries are written as Zip64.
 */
export async function* zipFile(entries: AsyncIterable<ZipEntry>, modifiedAt: Date): AsyncGenerator<Buffer> {
  const directory: Written[] = [];
  let offset = 0;
  for await (const { name, content } of entries) {
    const entry: Written = {
      ...{ name: Buffer.from(name), modifiedAt, offset, crc: 0, size: 0, packed: 0 },
      streamed: typeof content !== 'string',
    };
    if (typeof content === 'string') {
      const bytes = Buffer.from(content);
      const packed = deflateRawSync(bytes);
      entry.crc = crc32(bytes);
      entry.size = bytes.length;
      entry.packed = packed.length;
      const header = localHeader(entry);
      offset += header.length + packed.length;
      yield Buffer.concat([header, packed]);
    } else {
      const header = localHeader(entry);
      yield header;
      yield* deflated(content, entry);
      const after = descriptor(entry);
      yield after;
      offset += header.length + entry.packed + after.length;
    }
    directory.push(entry);
  }
  const start = offset;
  for (const entry of directory) {
    const record = centralEntry(entry);
    offset += record.length;
    yield record;
  }
  yield endOf(directory.length, start, offset - start);
}

/** Packs the parts and notes their sum and sizes in the entry. */
async function* deflated(content: AsyncIterable<string>, entry: Written): AsyncGenerator<Buffer> {
  const deflate = createDeflateRaw();
  const counted = (async function* () {
    for await (const part of joined(content)) {
      const bytes = Buffer.from(part);
      entry.crc = crc32(bytes, entry.crc);
      entry.size += bytes.length;
      yield bytes;
    }
  })();
  // What breaks shows where the packed bytes are read.
  const feeding = pipeline(Readable.from(counted), deflate).catch(() => {});
  for await (const chunk of deflate as AsyncIterable<Buffer>) {
    entry.packed += chunk.length;
    yield chunk;
  }
  await feeding;
}
