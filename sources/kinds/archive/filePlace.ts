import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../../../domain/failures.ts';
import { codeOf } from '../../reach/faults.ts';
import { isInside } from '../folder/address.ts';
import { readFailure } from '../folder/faults.ts';
import { findRoot } from '../folder/root.ts';
import type { Place } from './place.ts';

const PIECE = 1024 * 1024;

/**
 * An archive on a disk or share of the machine that the worker runs on.
 * @param allowedRoots folders that imports may read below; `null`: all
 * @throws Failure `source_not_found`, `bad_address`, `read_denied`, `source_error`
 */
export async function openFileArchive(file: string, allowedRoots: readonly string[] | null): Promise<Place> {
  const handle = await openInside(file, allowedRoots);
  const stats = await handle.stat({ bigint: true });
  if (!stats.isFile()) {
    await handle.close();
    throw new Failure('bad_address', 'The path is not that of a file.');
  }
  return {
    bytes: Number(stats.size),
    version: `${stats.size}@${stats.mtimeNs}`,
    async *read(start, end, signal) {
      for (let at = start; at < end; ) {
        signal.throwIfAborted();
        const block = Buffer.allocUnsafe(Math.min(PIECE, end - at));
        const { bytesRead } = await handle.read(block, 0, block.length, at).catch((error: unknown) => {
          throw readFailure(error);
        });
        if (bytesRead === 0)
          throw new Failure('changed_during_read', 'The archive became shorter while it was read.');
        at += bytesRead;
        yield block.subarray(0, bytesRead);
      }
    },
    close: () => handle.close(),
  };
}

/** Links are resolved first and the result opened without following any, as for the files of a folder. */
async function openInside(file: string, allowedRoots: readonly string[] | null) {
  try {
    const real = await realpath(file);
    const root = await findRoot(path.dirname(real), allowedRoots);
    if (!isInside(root, real)) throw new Failure('bad_address', 'The file is not where its path says.');
    return await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new Failure('source_not_found', 'There is no file at this path.', { cause: error });
    }
    throw readFailure(error);
  }
}
