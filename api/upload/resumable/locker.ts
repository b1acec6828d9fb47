import { ERRORS, type Locker, type RequestRelease } from '@tus/server';

/** How long a request waits for the one before it, which has `lockDrainTimeout` to put its bytes down. */
const WAIT_MS = 10_000;

/**
 * One request at a time for each upload. A newer request asks the one before it to let go: a client that comes back
 * after its connection broke must not wait until we notice the break as well.
 */
export function createLocker(waitMs = WAIT_MS): Locker {
  const held = new Map<string, { release: RequestRelease; freed: Promise<void>; free: () => void }>();

  return {
    newLock: (id) => ({
      async lock(signal, release) {
        const deadline = Date.now() + waitMs;
        for (let holder = held.get(id); holder !== undefined; holder = held.get(id)) {
          await holder.release();
          let timer: NodeJS.Timeout | undefined;
          const late = new Promise<void>((resolve) => {
            timer = setTimeout(resolve, Math.max(1, deadline - Date.now()));
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
          await Promise.race([holder.freed, late]);
          clearTimeout(timer);
          if (signal.aborted || Date.now() >= deadline) throw ERRORS.ERR_LOCK_TIMEOUT;
        }
        let free = (): void => {};
        const freed = new Promise<void>((resolve) => {
          free = resolve;
        });
        held.set(id, { release, freed, free });
      },
      async unlock() {
        const lock = held.get(id);
        held.delete(id);
        lock?.free();
      },
    }),
  };
}
