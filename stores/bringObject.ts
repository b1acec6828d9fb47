import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../domain/failures.ts';
import type { ObjectStore } from './objects/objectStore.ts';

/** An object as a row promises it. */
export interface Promised {
  key: string;
  bytes: number;
  /** Hex. */
  sha256: string;
  mediaType: string;
}

/** Whether a store has exactly the bytes that were promised; reads them. */
export async function holds(store: ObjectStore, { key, bytes, sha256 }: Promised): Promise<boolean> {
  return (await store.head(key))?.bytes === bytes && (await store.hash(key)) === sha256;
}

/**
 * Copies one object from store to store: compared with what was promised on the way, and read again where it arrived.
 * @throws Failure, `hash_mismatch` among them
 */
export async function bringObject(
  object: Promised,
  { from, to, scratchDir }: { from: ObjectStore; to: ObjectStore; scratchDir: string },
): Promise<'present' | 'copied'> {
  const { key, bytes, sha256, mediaType } = object;
  if (await holds(to, object)) return 'present';
  const file = path.join(scratchDir, `copy-${randomUUID()}`);
  try {
    const sum = createHash('sha256');
    let seen = 0;
    const counting = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        sum.update(chunk);
        seen += chunk.length;
        done(null, chunk);
      },
    });
    await pipeline(await from.read(key), counting, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
    if (seen !== bytes || sum.digest('hex') !== sha256)
      throw new Failure('hash_mismatch', 'The source does not have the bytes that the row promises.');
    await to.putFile(key, file, mediaType);
    if ((await to.hash(key)) !== sha256)
      throw new Failure('hash_mismatch', 'The target does not have the bytes that were sent.');
    return 'copied';
  } finally {
    await rm(file, { force: true });
  }
}
