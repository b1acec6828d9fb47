import { copyFileSync, statSync, truncateSync } from 'node:fs';

/** A log and its predecessor together take at most twice this. */
export const MAX_LOG_BYTES = 10 * 2 ** 20;

/**
 * Moves the content of a full log to `<file>.1`. In place, because the writer may be a server that holds the
 * file open; it appends, so it goes on at the start of the emptied file. Lines written in between are lost.
 */
export function rotateWhenFull(file: string, maxBytes = MAX_LOG_BYTES): void {
  try {
    if (statSync(file).size < maxBytes) return;
    copyFileSync(file, `${file}.1`);
    truncateSync(file, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
