import { finishCorrection, moveBatch, stretchesMoved } from '../stores/corrections/move.ts';
import type { Database } from '../stores/postgres/database.ts';
import { regroup } from '../stores/sequences/regroup.ts';
import type { CorrectionActivities } from './contracts.ts';
import { keepAlive } from './heartbeat.ts';
import { toApplicationFailure } from './toApplicationFailure.ts';

export function createCorrectionActivities({ db }: { db: Database }): CorrectionActivities {
  return {
    async moveClocks(correctionId) {
      await using alive = keepAlive();
      try {
        while (await db.tx((tx) => moveBatch(tx, correctionId))) alive.beat();
        // What lies at the old times belongs together otherwise now, and what lies at the new ones too.
        await regroup(db, await db.run((sql) => stretchesMoved(sql, correctionId)));
        await db.run((sql) => finishCorrection(sql, correctionId));
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },
  };
}
