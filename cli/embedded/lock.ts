import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type HeldLock, tryLock } from '../setup/lockFile.js';

/** Another start works on this data directory. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
}

/**
 * Takes the data directory for this process; made when missing, for its owner only. The lock of a process that
 * was killed is recognised and taken over.
 *
 * @throws AlreadyRunning that names the process and, once it is known, its address
 */
export async function lockDataDir(dataDir: string): Promise<HeldLock> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = await tryLock(path.join(dataDir, 'lock'));
  if ('held' in lock) return lock.held;
  const { pid, url } = lock.holder;
  throw new AlreadyRunning(
    `Tributary already runs on ${dataDir} (process ${pid}${typeof url === 'string' ? `, ${url}` : ''}).\n` +
      'Use that one, stop it with Ctrl-C first, or start another on a directory of its own with TRIBUTARY_DATA and PORT.',
  );
}
