import { Readable } from 'node:stream';
import yauzl, { type Entry } from 'yauzl';
import { Failure } from '../../../domain/failures.ts';
import type { Place } from './place.ts';

/** More entries than this are not read. */
export const MAX_ENTRIES = 100_000;
/** The directory is read in blocks: entry by entry would be a request for each where the archive is far away. */
const BLOCK = 1024 * 1024;
/** A directory of 100,000 entries with long names; more is no honest archive. */
const MAX_DIRECTORY = 256 * 1024 * 1024;

const bad = (why: string) => new Failure('not_an_archive', `The archive cannot be read: ${why}.`);

async function readBytes(place: Place, start: number, end: number, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of place.read(start, end, signal)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What the zip library reads its directory through. Small reads come from the last block. */
class BlockReader extends yauzl.RandomAccessReader {
  failure: unknown = null;
  private readonly place: Place;
  private readonly signal: AbortSignal;
  private block: { at: number; bytes: Buffer } = { at: 0, bytes: Buffer.alloc(0) };
  private total = 0;

  constructor(place: Place, signal: AbortSignal) {
    super();
    this.place = place;
    this.signal = signal;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.place.read(start, end, this.signal));
  }

  override read(
    into: Buffer,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null) => void,
  ): void {
    this.take(position, length).then(
      (bytes) => {
        bytes.copy(into, offset);
        done(null);
      },
      (error: unknown) => {
        this.failure ??= error;
        done(error instanceof Error ? error : new Error('not readable'));
      },
    );
  }

  private async take(position: number, length: number): Promise<Buffer> {
    const { at, bytes } = this.block;
    if (position >= at && position + length <= at + bytes.length) {
      return bytes.subarray(position - at, position - at + length);
    }
    if (position < 0 || position + length > this.place.bytes) throw bad('it ends before its directory does');
    const end = Math.min(this.place.bytes, position + Math.max(length, BLOCK));
    this.total += end - position;
    if (this.total > MAX_DIRECTORY) throw bad('its directory is too large');
    this.block = { at: position, bytes: await readBytes(this.place, position, end, this.signal) };
    return this.block.bytes.subarray(0, length);
  }
}

/**
 * The entries of an archive, as its directory has them, in its order. Nothing is unpacked.
 * @throws Failure `not_an_archive`, `listing_too_large`; what the place throws
 */
export async function readEntries(place: Place, signal: AbortSignal): Promise<Entry[]> {
  const reader = new BlockReader(place, signal);
  try {
    // Names and sizes are judged by us, entry by entry: one bad entry does not spoil the others.
    const zip = await yauzl.fromRandomAccessReaderPromise(reader, place.bytes, {
      autoClose: false,
      decodeStrings: false,
      validateEntrySizes: false,
    });
    if (zip.entryCount > MAX_ENTRIES) {
      throw new Failure(
        'listing_too_large',
        `The archive has ${zip.entryCount} entries; at most ${MAX_ENTRIES} are read. Make several of it.`,
      );
    }
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) entries.push(entry);
    return entries;
  } catch (error) {
    if (reader.failure !== null) throw reader.failure;
    if (error instanceof Failure) throw error;
    signal.throwIfAborted();
    // The library's sentences are about the format and hold nothing of the content.
    throw bad(error instanceof Error ? error.message.slice(0, 200).replace(/[^\x20-\x7e]/g, '?') : 'unknown');
  }
}
