/**
 * Loaded before each Node part. When the supervisor is gone, even by `kill -9`, its channel closes; the part
 * then stops the way it always stops, and by force when that takes too long.
 */
import { isMainThread } from 'node:worker_threads';

/** Longer than any orderly stop. */
const FORCE_MS = 30_000;

/** Threads and children of the part inherit Node's flags and so this file; they belong to the part, not to the supervisor. */
const ours = isMainThread && process.env['TRIBUTARY_SUPERVISOR'] === String(process.ppid);

if (ours && process.channel !== undefined) {
  // The part leads its own group; what it started goes with it.
  const killGroup = (): boolean => process.kill(-process.pid, 'SIGKILL');
  process.once('disconnect', () => {
    process.once('exit', killGroup);
    setTimeout(killGroup, FORCE_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  // Listening must not keep a part alive that has nothing left to do.
  process.channel?.unref();
  // Nobody reads any more once the supervisor is gone; draining must not fail because of that.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}
