import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Open descriptors of this process: files and sockets alike. */
export async function openDescriptors(): Promise<string[]> {
  const links = await Promise.all(
    (await fs.readdir('/proc/self/fd')).map((fd) => fs.readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  // The directory handle of this very look, and descriptors that the event loop opens once.
  return links.filter((link) => link !== '' && !/^\/proc\/|anon_inode|^pipe:/.test(link)).sort();
}

/** Fails unless the descriptors are back at what they were; closing is asynchronous, so it waits a little. */
export async function assertNoLeak(before: readonly string[]): Promise<void> {
  for (let tries = 0; ; tries++) {
    const left = [...(await openDescriptors())];
    for (const known of before) {
      const at = left.indexOf(known);
      if (at >= 0) left.splice(at, 1);
    }
    if (left.length === 0) return;
    if (tries === 100) assert.fail(`still open: ${left.join(', ')}`);
    await sleep(20);
  }
}
