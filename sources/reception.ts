import { createReadStream } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { z } from 'zod';
import { Failure, type FailureType } from '../domain/failures.ts';
import { createDigests, type Digest, md5Of } from './digests.ts';
import { createLanding, type Landing } from './landing.ts';
import type { AnnouncedHashes, Fetched, FetchItem, FetchOptions } from './source.ts';

/** What a part of a content can be recognised by when its rest is asked for. */
export interface Part {
  bytes: number;
  /** Of the whole content; `null`: not known. */
  total: number | null;
  /** Whatever the kind compares: an entity tag, a revision, size and time. */
  validator: string;
}

/**
 * Bytes of one item on their way into a file: counted, hashed, held to the limits, compared with what was announced.
 * The kinds of sources only say what arrives.
 */
export interface Reception {
  /** What is there already, from before a transfer broke off. Ask for the rest, or `begin` again. */
  readonly part: Part | null;
  readonly bytes: number;
  /** A content starts at its first byte; whatever was there is forgotten. @throws Failure `too_large`, `changed_during_read` */
  begin(said: { total: number | null; validator: string | null }): void;
  /** Takes the next bytes, which must not be changed afterwards. @throws Failure `too_large`, or the signal's reason */
  add(chunk: Buffer): void;
  /** The same as a stream's end; errors of `add` come out of it. */
  writable(): Writable;
  /** All bytes have arrived. @throws Failure `short_read`, `changed_during_read`, `hash_mismatch` */
  finish(said?: { modifiedAt?: Date | null; hashes?: AnnouncedHashes }): Promise<Fetched>;
  /** Ends it in any case; after `finish` it does nothing. Keeps the bytes when `why` allows to go on later. */
  end(why?: unknown): Promise<void>;
}

const NOTE = z.object({ total: z.int().nullable(), validator: z.string() });

/** After these the bytes that came are as good as before. */
const GOES_ON: ReadonlySet<FailureType> = new Set([
  'short_read',
  'source_timeout',
  'source_unreachable',
  'source_error',
  'source_throttled',
]);

async function readNote(path: string): Promise<z.infer<typeof NOTE> | null> {
  try {
    return NOTE.parse(JSON.parse(await readFile(`${path}.part`, 'utf8')));
  } catch {
    return null;
  }
}

const changed = (listed: number, found: number) =>
  new Failure(
    'changed_during_read',
    `The listing gave ${listed} bytes, the file has ${found}: it changed after it was listed.`,
  );

function compare(announced: AnnouncedHashes, actual: Digest): boolean {
  let compared = false;
  for (const name of ['sha256', 'md5', 'dropbox'] as const) {
    const wanted = announced[name]?.toLowerCase();
    if (wanted === undefined) continue;
    compared = true;
    if (wanted !== actual[name]) {
      throw new Failure(
        'hash_mismatch',
        `The bytes do not have the ${name === 'dropbox' ? 'content hash' : name} that the source announced for them.`,
      );
    }
  }
  return compared;
}

/** @throws Failure `too_large` by the listed size; the signal's reason. */
export async function openReception(
  item: Pick<FetchItem, 'size' | 'sizeExact' | 'hashes'>,
  options: FetchOptions,
): Promise<Reception> {
  const { toPath, maxBytes, signal, resumable = false } = options;
  signal.throwIfAborted();
  const listed = item.sizeExact ? item.size : null;
  const tooLarge = () => new Failure('too_large', `The file is larger than the limit of ${maxBytes} bytes.`);
  if (listed !== null && listed > maxBytes) throw tooLarge();

  const wanted = { md5: item.hashes?.md5 !== undefined };
  let digests = createDigests(wanted);
  let landing: Landing | null = null;
  let bytes = 0;
  let said: { total: number | null; validator: string | null } | null = null;
  let done = false;

  const note = resumable ? await readNote(toPath) : null;
  if (note !== null) {
    const there = await stat(toPath).catch(() => null);
    if (there !== null && there.size > 0 && there.size <= maxBytes) {
      for await (const chunk of createReadStream(toPath, { highWaterMark: 1024 * 1024 })) {
        digests.update(chunk as Buffer);
        bytes += (chunk as Buffer).length;
      }
      said = note;
      landing = createLanding(toPath, bytes);
    } else {
      await rm(toPath, { force: true });
    }
    await rm(`${toPath}.part`, { force: true });
  }

  async function keep(part: Part): Promise<void> {
    await landing?.finish();
    await writeFile(`${toPath}.part`, JSON.stringify({ total: part.total, validator: part.validator }), {
      mode: 0o600,
    });
  }

  const reception: Reception = {
    get part() {
      if (bytes === 0 || said === null || said.validator === null) return null;
      return { bytes, total: said.total, validator: said.validator };
    },
    get bytes() {
      return bytes;
    },
    begin(now) {
      if (now.total !== null && now.total > maxBytes) throw tooLarge();
      if (now.total !== null && listed !== null && now.total !== listed) throw changed(listed, now.total);
      said = now;
      bytes = 0;
      digests = createDigests(wanted);
      if (landing) landing.restart();
      else landing = createLanding(toPath);
    },
    add(chunk) {
      if (landing === null) throw new Failure('internal_error', 'Bytes arrived before their content began.');
      signal.throwIfAborted();
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge();
      digests.update(chunk);
      options.onProgress?.(bytes);
      landing.add(chunk);
    },
    writable: () =>
      new Writable({
        write(chunk: Buffer, _encoding, next) {
          try {
            reception.add(chunk);
            next();
          } catch (error) {
            next(error as Error);
          }
        },
      }),
    async finish(last = {}) {
      if (said === null || landing === null) throw new Failure('bad_response', 'The source gave no answer.');
      const total = said.total;
      if (total !== null && bytes < total) {
        throw new Failure('short_read', `The source announced ${total} bytes and sent ${bytes}.`);
      }
      if (total !== null && bytes > total) throw changed(total, bytes);
      if (listed !== null && bytes !== listed) throw changed(listed, bytes);
      const digest = digests.end();
      await landing.finish();
      // Announced by the answer only, which is rare enough for a second look at the bytes.
      if (last.hashes?.md5 !== undefined) digest.md5 ??= await md5Of(toPath);
      const hashed = [item.hashes, last.hashes].map((hashes) => compare(hashes ?? {}, digest)).some(Boolean);
      done = true;
      return {
        bytes,
        ...digest,
        modifiedAt: last.modifiedAt ?? null,
        verified: hashed || total !== null || listed !== null,
      };
    },
    async end(why) {
      if (done) return;
      done = true;
      const { part } = reception;
      const goesOn = signal.aborted || (why instanceof Failure && GOES_ON.has(why.type));
      if (resumable && part !== null && goesOn) {
        await keep(part).catch(() => rm(toPath, { force: true }));
      }
      await landing?.abandon();
      if (resumable && !(part !== null && goesOn)) await rm(toPath, { force: true });
    },
  };
  return reception;
}

/** Runs a transfer; whatever it throws, nothing stays open. */
export async function receive(
  item: Pick<FetchItem, 'size' | 'sizeExact' | 'hashes'>,
  options: FetchOptions,
  transfer: (reception: Reception) => Promise<Fetched>,
): Promise<Fetched> {
  const reception = await openReception(item, options);
  let why: unknown;
  try {
    return await transfer(reception);
  } catch (error) {
    why = error;
    throw error;
  } finally {
    await reception.end(why);
  }
}
