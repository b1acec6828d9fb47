import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { identifyProcess } from './processIdentity.js';

/**
 * @typedef {{ pid: number, identity: string | null, [note: string]: unknown }} LockHolder
 * @typedef {object} HeldLock
 * @property {(notes: Record<string, unknown>) => Promise<void>} note Adds what another process should know about the holder.
 * @property {() => Promise<void>} release
 */

/** @param {string} file */
const read = (file) => readFile(file, 'utf8').catch(() => null);

/**
 * @param {string} text
 * @returns {LockHolder}
 */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { pid: 0, identity: null };
  }
}

/**
 * A lock that outlives nothing but its process: one left behind by `kill -9` or a power cut is recognised by
 * the identity of its holder and taken over.
 *
 * Node has no flock(2). The file appears whole or not at all (link(2) of a finished file), and a takeover
 * moves the stale file aside and looks at what it moved, so of two takers at most one keeps the lock.
 *
 * @param {string} file
 * @param {Record<string, unknown>} [notes]
 * @returns {Promise<{ held: HeldLock } | { holder: LockHolder }>}
 */
export async function tryLock(file, notes = {}) {
  const id = {
    pid: process.pid,
    identity: identifyProcess(process.pid),
    token: randomBytes(8).toString('hex'),
  };
  let mine = JSON.stringify({ ...id, ...notes });
  const aside = `${file}.${id.token}`;

  for (;;) {
    const seen = await read(file);
    if (seen === null) {
      await writeFile(aside, mine, { mode: 0o600 });
      const linked = await link(aside, file).then(
        () => true,
        (error) => {
          if (error.code === 'EEXIST') return false;
          throw error;
        },
      );
      await rm(aside, { force: true });
      if (!linked) continue;
      // Another taker may have moved this lock aside by mistake and be about to put it back.
      await sleep(20);
      if ((await read(file)) !== mine) continue;
      return {
        held: {
          async note(more) {
            const next = JSON.stringify({ ...id, ...notes, ...more });
            await writeFile(aside, next, { mode: 0o600 });
            await rename(aside, file);
            mine = next;
          },
          async release() {
            if ((await read(file)) === mine) await rm(file, { force: true });
          },
        },
      };
    }
    const holder = parse(seen);
    if (holder.identity !== null && identifyProcess(holder.pid) === holder.identity) {
      return { holder };
    }
    const moved = await rename(file, aside).then(
      () => true,
      () => false,
    );
    if (moved && (await read(aside)) !== seen) await link(aside, file).catch(() => undefined);
    await rm(aside, { force: true });
  }
}

/**
 * Does `work` while holding the lock; waits for a living holder as long as it lives.
 *
 * @template T
 * @param {string} file
 * @param {string} who Names the holder in the message shown while waiting.
 * @param {() => Promise<T>} work
 * @param {(line: string) => void} [log]
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export async function withLock(file, who, work, log = console.log, signal) {
  for (let told = false; ; ) {
    const lock = await tryLock(file);
    if ('held' in lock) {
      try {
        return await work();
      } finally {
        await lock.held.release();
      }
    }
    if (!told) log(`Waiting for ${who} (process ${lock.holder.pid})…`);
    told = true;
    await sleep(500, undefined, signal === undefined ? {} : { signal });
  }
}
