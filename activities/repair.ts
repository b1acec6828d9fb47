import { Context } from '@temporalio/activity';
import type { Decoder } from '../imaging/decoder.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import type { Database } from '../stores/postgres/database.ts';
import { noteRepairFailed, repairTarget, replaceRenditions } from '../stores/renditions.ts';
import type { RepairActivities } from './contracts.ts';
import { keepAlive } from './heartbeat.ts';
import { renderOriginal } from './renderOriginal.ts';
import { scratchDir } from './scratch.ts';
import { toApplicationFailure } from './toApplicationFailure.ts';

export interface RepairDeps {
  db: Database;
  objects: ObjectStore;
  decoder: Decoder;
  scratchRoot: string;
}

/** Renditions that were lost or damaged, made again. Nothing is taken away, even when that does not succeed. */
export function createRepairActivities({ db, objects, decoder, scratchRoot }: RepairDeps): RepairActivities {
  return {
    async repairRenditions(assetUid) {
      await using _alive = keepAlive();
      await using scratch = await scratchDir(scratchRoot, 'repair');
      try {
        const target = await db.run((sql) => repairTarget(sql, assetUid));
        if (target === null) return 'gone';
        const signal = Context.current().cancellationSignal;
        const result = await renderOriginal({ objects, decoder }, target, scratch.path, signal);
        if (result.ok) {
          await db.run((sql) => replaceRenditions(sql, target.assetId, result.renditions));
          return 'repaired';
        }
        const { reason, detail } = result;
        await db.run((sql) => noteRepairFailed(sql, target.assetId, { reason, detail }));
        return 'not rendered';
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },
  };
}
