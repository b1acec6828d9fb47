import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { Failure } from '../../../domain/failures.ts';
import { codeOf } from '../../reach/faults.ts';
import { receive } from '../../reception.ts';
import type { Fetched, FetchItem, FetchOptions } from '../../source.ts';
import { HEADER_BYTES, isDeflated, type Locator } from './items.ts';
import type { Place } from './place.ts';

const SIGNATURE = 0x04034b50;
/** Extra fields of a local header are a few dozen bytes; with this much room one read is nearly always enough. */
const ROOM = 1_024;

const damaged = (why: string) => new Failure('hash_mismatch', `The archive is damaged here: ${why}.`);

/** The bytes of an entry as they are packed, without their header. */
async function* packedBytes(place: Place, entry: Locator, signal: AbortSignal): AsyncGenerator<Buffer> {
  const guess = entry.at + HEADER_BYTES + entry.name + ROOM + entry.packed;
  const end = Math.min(place.bytes, guess);
  let header = Buffer.alloc(0);
  let from: number | null = null;
  let left = entry.packed;
  /** Of the archive, behind what was seen. */
  let at = entry.at;
  const cut = (chunk: Buffer, start: number): Buffer => {
    const part = chunk.subarray(start, start + left);
    left -= part.length;
    return part;
  };
  for await (const chunk of place.read(entry.at, end, signal)) {
    at += chunk.length;
    if (from === null) {
      header = Buffer.concat([header, chunk]);
      if (header.length < HEADER_BYTES) continue;
      if (header.readUInt32LE(0) !== SIGNATURE) throw damaged('there is no entry where its directory says');
      from = entry.at + HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
      if (at > from) yield cut(header, from - entry.at);
    } else {
      yield cut(chunk, Math.max(0, from - (at - chunk.length)));
    }
    if (left === 0) return;
  }
  if (from === null) throw new Failure('short_read', 'The archive ends before the entry does.');
  // A header with more extra fields than anybody writes.
  const next = Math.max(at, from);
  if (next + left > place.bytes) throw new Failure('short_read', 'The archive ends before the entry does.');
  for await (const chunk of place.read(next, next + left, signal)) yield cut(chunk, 0);
  if (left > 0) throw new Failure('short_read', 'The archive ends before the entry does.');
}

/** What the unpacker's errors mean; anything else passes. */
function unpackFailure(error: unknown): unknown {
  const code = codeOf(error);
  if (code === 'Z_BUF_ERROR')
    return new Failure('short_read', 'The packed bytes end too soon.', { cause: error });
  if (code?.startsWith('Z_')) return damaged('its packed bytes make no sense');
  return error;
}

/**
 * Unpacks one entry, never to more bytes than its directory announced, and compares its checksum.
 * @throws Failure `short_read`, `hash_mismatch`, `too_large`; what the place throws
 */
export function unpack(
  place: Place,
  entry: Locator,
  item: Pick<FetchItem, 'size' | 'sizeExact' | 'hashes'>,
  options: FetchOptions,
): Promise<Fetched> {
  const total = item.size ?? 0;
  return receive(item, options, async (reception) => {
    reception.begin({ total, validator: null });
    let sum = 0;
    const from = Readable.from(packedBytes(place, entry, options.signal), { objectMode: false });
    const into = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
      for await (const chunk of chunks) {
        if (reception.bytes + chunk.length > total) throw damaged('it unpacks to more than it says');
        sum = crc32(chunk, sum);
        reception.add(chunk);
      }
    };
    try {
      if (isDeflated(entry)) await pipeline(from, createInflateRaw(), into);
      else await pipeline(from, into);
    } catch (error) {
      throw unpackFailure(error);
    }
    if (reception.bytes < total)
      throw new Failure('short_read', 'The entry has fewer bytes than its directory says.');
    if (sum !== entry.crc32) throw damaged('its checksum is another');
    return { ...(await reception.finish()), verified: true };
  });
}
