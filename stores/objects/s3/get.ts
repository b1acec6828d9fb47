import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../../../domain/failures.ts';
import { describe, headerOf, type Stored } from './head.ts';
import { asFailure, Damaged, persist } from './patience.ts';
import { Refused } from './refusal.ts';
import type { Wire } from './wire.ts';

/** How often a reader may be put back on its feet in the middle of an object. */
const RESUMES = 5;

/** Inclusive byte positions. */
export interface Range {
  start: number;
  end: number;
}

interface Opened {
  object: Stored;
  body: AsyncIterable<Buffer> & { destroy(): unknown };
  /** Of the bytes that come now. */
  bytes: number;
}

/** @param etag the object that it has to be still */
async function openOnce(
  wire: Wire,
  key: string,
  range: Range | null,
  etag: string | null,
): Promise<Opened | null> {
  try {
    const answer = await wire.stream({
      method: 'GET',
      key,
      headers: {
        ...(range === null ? {} : { range: `bytes=${range.start}-${range.end}` }),
        ...(etag === null || etag === '' ? {} : { 'if-match': etag }),
      },
      right: range === null ? [200] : [206],
    });
    const object = describe(key, answer);
    const body = answer.body as unknown as Opened['body'];
    const replaced = etag !== null && headerOf(answer, 'etag') !== etag;
    if (!replaced && Number.isSafeInteger(object.bytes)) return { object, body, bytes: object.bytes };
    body.destroy();
    throw replaced
      ? new Failure('store_unavailable', 'The object was replaced while it was read.')
      : new Damaged('The object store does not say how long the object is.');
  } catch (error) {
    // A range that begins behind the end.
    if (error instanceof Refused && error.status === 416) return null;
    throw error;
  }
}

interface Reading {
  /** A whole object is compared with the hash it was stored with; a difference ends the bytes with an error. */
  verified: boolean;
  range?: Range | undefined;
}

/**
 * The bytes of an object, or of a range of it. A connection that breaks in the middle is gone on with where it broke,
 * as long as the object is the same.
 */
async function open(wire: Wire, key: string, { range, verified }: Reading): Promise<AsyncGenerator<Buffer>> {
  const first = await persist(() => openOnce(wire, key, range ?? null, null), wire.patienceFor(0));
  const begin = range?.start ?? 0;

  async function* chunks({ object, ...opened }: Opened): AsyncGenerator<Buffer> {
    const end = begin + opened.bytes;
    const sum = verified && range === undefined && object.sha256 !== null ? createHash('sha256') : null;
    let at = begin;
    let body: Opened['body'] | null = opened.body;
    for (let resumes = 0; at < end; resumes += 1) {
      try {
        if (body === null) {
          const rest = { start: at, end: end - 1 };
          const again = await persist(() => openOnce(wire, key, rest, object.etag), wire.patienceFor(0));
          if (again === null) throw new Damaged('The object became shorter while it was read.');
          body = again.body;
        }
        for await (const chunk of body) {
          at += chunk.length;
          sum?.update(chunk);
          yield chunk;
        }
      } catch (error) {
        if (resumes >= RESUMES || error instanceof Failure) throw error;
      } finally {
        // When the reader went away, the rest of the bytes is of no use.
        body?.destroy();
        body = null;
      }
    }
    if (sum !== null && sum.digest('hex') !== object.sha256)
      throw new Damaged('The bytes of the object are not those that were stored.');
  }

  async function* nothing(): AsyncGenerator<Buffer> {}
  return first === null ? nothing() : chunks(first);
}

/** @throws Failure here for what shows at once, by the stream for what shows later */
export async function readObject(wire: Wire, key: string, reading: Reading): Promise<Readable> {
  const chunks = await open(wire, key, reading);
  async function* told(): AsyncGenerator<Buffer> {
    try {
      yield* chunks;
    } catch (error) {
      throw asFailure(error);
    }
  }
  return Readable.from(told(), { objectMode: false, highWaterMark: 2 ** 20 });
}

/** Brings a whole object to a file and compares it with the hash it was stored with. @throws Failure */
export async function download(wire: Wire, key: string, to: string): Promise<void> {
  try {
    await persist(async () => {
      await pipeline(
        await open(wire, key, { verified: true }),
        createWriteStream(to, { flags: 'w', mode: 0o600 }),
      );
    }, wire.patienceFor(0));
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  }
}
