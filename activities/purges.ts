import { Context } from '@temporalio/activity';
import pLimit from 'p-limit';
import type { ReachFailpoint } from '../domain/failpoints.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import type { Database } from '../stores/postgres/database.ts';
import { approvePurge } from '../stores/purging/approval.ts';
import { bury, deleteObjects, doomNext } from '../stores/purging/deleting.ts';
import { finishPurge } from '../stores/purging/finishing.ts';
import { decide, hideNext, undoWindow, unhideNext } from '../stores/purging/hiding.ts';
import { findPurge, freezeManifest } from '../stores/purging/manifest.ts';
import type { ReportSigner } from '../stores/purging/signature.ts';
import type { PurgeActivities } from './contracts.ts';
import { keepAlive } from './heartbeat.ts';
import { toApplicationFailure } from './toApplicationFailure.ts';

export interface PurgeDeps {
  db: Database;
  objects: ObjectStore;
  signer: ReportSigner;
  purgeDays: number;
  reached: ReachFailpoint;
}

/** Assets that one activity deletes: some seconds of work on a slow store. */
const BATCH = 200;
/** Assets whose objects are deleted at the same time. */
const CONCURRENCY = 8;
/** The manifest of the schedule is approved by whoever froze it. */
const EXPIRES_IN_MINUTES = 60;

export function createPurgeActivities({
  db,
  objects,
  signer,
  purgeDays,
  reached,
}: PurgeDeps): PurgeActivities {
  /** Repeats a batch, with a look at whether the activity is still wanted. */
  async function untilDone(batch: () => Promise<boolean>): Promise<void> {
    await using _alive = keepAlive();
    while (await batch()) {
      if (Context.current().cancellationSignal.aborted) await Context.current().cancelled;
    }
  }

  return {
    async hidePurge(purgeId) {
      await untilDone(async () => {
        const more = await db.tx((tx) => hideNext(tx, purgeId));
        reached('purge-hidden');
        return more;
      });
      return db.run((sql) => undoWindow(sql, purgeId));
    },
    decidePurge: (purgeId) => db.run((sql) => decide(sql, purgeId)),
    unhidePurge: (purgeId) => untilDone(() => db.tx((tx) => unhideNext(tx, purgeId))),
    async deletePurged(purgeId) {
      await using _alive = keepAlive();
      try {
        const { doomed, seen } = await db.tx((tx) => doomNext(tx, purgeId, BATCH));
        if (seen === 0) return { deleted: 0, more: false };
        reached('purge-deleting');
        const limit = pLimit(CONCURRENCY);
        await Promise.all(doomed.map((each) => limit(() => deleteObjects(objects, each, reached))));
        await db.tx((tx) =>
          bury(
            tx,
            purgeId,
            doomed.map(({ id }) => id),
          ),
        );
        reached('purge-tombstone');
        return { deleted: doomed.length, more: true };
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },
    finishPurge: (purgeId, outcome) => db.tx((tx) => finishPurge(tx, signer, purgeId, outcome)),
    beginEmptyingTrash: () =>
      db.tx(async (tx) => {
        const purgeId = await freezeManifest(tx, {
          tenantId: null,
          days: purgeDays,
          trashedOnly: true,
          askedBy: 'schedule',
          expiresInMinutes: EXPIRES_IN_MINUTES,
        });
        const purge = await findPurge(tx, purgeId);
        if (purge === null || purge.assets === 0) {
          await tx`delete from purge_manifests where id = ${purgeId}`;
          return null;
        }
        // Somebody put them into the trash, and there was time to think better of it.
        await approvePurge(tx, purgeId, { undoHours: 0, most: null });
        return purgeId;
      }),
  };
}
