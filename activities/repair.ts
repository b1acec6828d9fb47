import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Context } from '@temporalio/activity';
import { focusTag } from '../domain/presets.ts';
import type { Decoder, DeriveResult } from '../imaging/decoder.ts';
import { originalKey } from '../stores/objects/keys.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import type { Database } from '../stores/postgres/database.ts';
import { commitRenditions } from '../stores/renditions.ts';
import { noteRepair, type RepairTarget, repairTarget } from '../stores/repairs.ts';
import type { RepairActivities } from './contracts.ts';
import { keepAlive } from './heartbeat.ts';
import { putMade } from './putMade.ts';
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
  async function derive({ tenantId, uid, lacks, focal }: RepairTarget, dir: string): Promise<DeriveResult> {
    const outputDir = path.join(dir, 'out');
    await mkdir(outputDir);
    const original = await objects.localFile(originalKey(tenantId, uid));
    try {
      const job = { inputPath: original.path, outputDir, presets: lacks, focal };
      return await decoder.derive(job, Context.current().cancellationSignal, 'whenever');
    } finally {
      await original.release();
    }
  }

  async function keep(
    { assetId, tenantId, uid, lacks, focal }: RepairTarget,
    { renditions }: Extract<DeriveResult, { ok: true }>,
  ): Promise<void> {
    const made = await putMade({ db, objects }, { tenantId, uid }, renditions);
    const focusOf = (name: string): string => {
      const preset = lacks.find((one) => one.name === name);
      return preset === undefined ? '' : focusTag(preset, focal);
    };
    await db.tx((tx) => commitRenditions(tx, assetId, made, { transient: false, focusOf, blur: '' }));
    const presets = made.map(({ preset }) => preset).join(', ');
    await db.run((sql) => noteRepair(sql, assetId, 'asset.repaired', { presets }));
  }

  return {
    async repairRenditions(assetUid) {
      await using _alive = keepAlive();
      await using scratch = await scratchDir(scratchRoot, 'repair');
      try {
        const target = await db.run((sql) => repairTarget(sql, assetUid));
        if (target === null) return 'gone';
        if (target.lacks.length === 0) return 'repaired';
        const result = await derive(target, scratch.path);
        if (result.ok) {
          await keep(target, result);
          return 'repaired';
        }
        const { reason, detail } = result;
        await db.run((sql) => noteRepair(sql, target.assetId, 'asset.repair_failed', { reason, detail }));
        return 'not rendered';
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },
  };
}
