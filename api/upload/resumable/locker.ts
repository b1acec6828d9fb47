import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ERRORS, type Locker, type RequestRelease } from '@tus/server';
import type { Database } from '../../../stores/postgres/database.ts';
import { claimUpload, keepUpload, leaveUpload } from '../../../stores/resumableUploads.ts';

/** How long a request waits for the one before it, which has `lockDrainTimeout` to put its bytes down. */
const WAIT_MS = 10_000;
const TRY_MS = 50;
/** A process that died holds an upload for so long; one that lives says more often that it does, and hears who waits. */
const LEASE_SECONDS = 8;
const KEEP_MS = 500;

/**
 * One request at a time for each upload, whichever process it came to. A newer request asks the one before it to let go: a
 * client that comes back after its connection broke must not wait until we notice the break as well.
 */
export function createLocker(db: Pick<Database, 'run'>, waitMs = WAIT_MS): Locker {
  /** The requests of this process, which need not be asked through the database. */
  const here = new Map<string, RequestRelease>();

  return {
    newLock(id) {
      const writer = randomUUID();
      let keeping: NodeJS.Timeout | undefined;
      let own: RequestRelease | undefined;
      return {
        async lock(signal, release) {
          const deadline = performance.now() + waitMs;
          while (!(await db.run((sql) => claimUpload(sql, id, writer, LEASE_SECONDS)))) {
            await here.get(id)?.();
            if (signal.aborted || performance.now() >= deadline) throw ERRORS.ERR_LOCK_TIMEOUT;
            await sleep(TRY_MS);
          }
          own = release;
          here.set(id, release);
          keeping = setInterval(() => {
            db.run((sql) => keepUpload(sql, id, writer, LEASE_SECONDS)).then(
              (mayGoOn) => (mayGoOn || own === undefined ? undefined : release()),
              // Away for longer than the lease: then somebody else may have it, and the next answer says so.
              () => {},
            );
          }, KEEP_MS);
        },
        async unlock() {
          clearInterval(keeping);
          if (here.get(id) === own) here.delete(id);
          own = undefined;
          // Where this fails, its time runs out by itself.
          await db.run((sql) => leaveUpload(sql, id, writer)).catch(() => {});
        },
      };
    },
  };
}
