import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { Failure } from '../../../domain/failures.ts';
import { createDigests } from '../../digests.ts';
import { writeFailure } from '../../diskFaults.ts';
import type { Fetched, FetchOptions } from '../../source.ts';
import { isInside } from './address.ts';
import { readFailure } from './faults.ts';

const BLOCK = 1024 * 1024;

const changed = () =>
  new Failure('changed_during_read', 'The file changed between its listing and the end of its reading.');

/**
 * Opens a regular file inside the root. The path is resolved first and the result opened without following links, so a
 * file swapped for a link is refused; O_NONBLOCK because opening a pipe would wait for its writer.
 */
async function openInside(root: string, path: string): Promise<FileHandle> {
  const real = await realpath(path);
  if (!isInside(root, real))
    throw new Failure('vanished', 'The file is no longer inside the folder that was imported.');
  const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if ((await file.stat()).isFile()) return file;
    throw new Failure('vanished', 'There is no longer a file at this path.');
  } catch (error) {
    await file.close();
    throw error;
  }
}

const same = (a: BigIntStats, b: BigIntStats) => a.size === b.size && a.mtimeNs === b.mtimeNs;

/**
 * Copies a file, hashing it on the way.
 * @param listedBytes as listed; `null`: unknown.
 * @throws Failure, or the signal's reason. The file at `toPath` may then be there in part; nothing stays open.
 */
export async function copyFile(
  root: string,
  path: string,
  listedBytes: number | null,
  { toPath, maxBytes, signal, onProgress }: FetchOptions,
): Promise<Fetched> {
  signal.throwIfAborted();
  const tooLarge = () => new Failure('too_large', `The file is larger than the limit of ${maxBytes} bytes.`);
  let from: FileHandle | null = null;
  let to: FileHandle | null = null;
  try {
    from = await openInside(root, path).catch((error: unknown) => {
      throw readFailure(error);
    });
    const before = await from.stat({ bigint: true });
    if (before.size > BigInt(maxBytes)) throw tooLarge();
    if (listedBytes !== null && BigInt(listedBytes) !== before.size) throw changed();
    to = await open(toPath, 'wx', 0o600).catch((error: unknown) => {
      throw writeFailure(error);
    });
    const digests = createDigests();
    // One byte more than expected, so that a file that grows is noticed by the read that follows.
    const block = Buffer.allocUnsafe(Math.min(BLOCK, Number(before.size) + 1));
    let bytes = 0;
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await from.read(block, 0, block.length, bytes).catch((error: unknown) => {
        throw readFailure(error);
      });
      if (bytesRead === 0) break;
      const piece = block.subarray(0, bytesRead);
      if (bytes + bytesRead > maxBytes) throw tooLarge();
      digests.update(piece);
      await writeAll(to, piece, bytes);
      bytes += bytesRead;
      onProgress?.(bytes);
    }
    const after = await from.stat({ bigint: true });
    if (!same(before, after) || BigInt(bytes) !== after.size) throw changed();
    await to.close();
    to = null;
    return { bytes, ...digests.end(), modifiedAt: after.mtime, verified: true };
  } finally {
    await from?.close().catch(() => {});
    await to?.close().catch(() => {});
  }
}

async function writeAll(file: FileHandle, piece: Buffer, position: number): Promise<void> {
  try {
    for (let done = 0; done < piece.length; ) {
      const { bytesWritten } = await file.write(piece, done, piece.length - done, position + done);
      done += bytesWritten;
    }
  } catch (error) {
    throw writeFailure(error);
  }
}
