import { close, fsync, open } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';

// Four of these for every picture: file handles and their promises would cost more than the calls.
const [openFile, syncFile, closeFile] = [promisify(open), promisify(fsync), promisify(close)];

/** Returns once the bytes of a file, or the names in a directory, would survive a power cut. */
export async function sync(path: string): Promise<void> {
  const fd = await openFile(path, 'r');
  try {
    await syncFile(fd);
  } finally {
    await closeFile(fd);
  }
}

/**
 * Syncs directories, once for all who ask for the same one in the same turn of the event loop: the renditions of a
 * picture arrive together. Whoever joins has changed the directory before the sync begins.
 */
export function createDirectorySync(): (directory: string) => Promise<void> {
  const waiting = new Map<string, Promise<void>>();
  return (directory) => {
    const found = waiting.get(directory);
    if (found !== undefined) return found;
    const begun = turn().then(() => {
      waiting.delete(directory);
      return sync(directory);
    });
    waiting.set(directory, begun);
    return begun;
  };
}
