import { Context, log } from '@temporalio/activity';
import { modelIn } from '../detection/modelFiles.ts';
import type { DetectResult } from '../domain/batch.ts';
import type { DetectionSkipReason } from '../domain/detection.ts';
import { FAILURES, Failure } from '../domain/failures.ts';
import { detectorOf, readModel } from '../stores/detection/models.ts';
import { targetsAmong, targetsIn, tenantsAmong } from '../stores/detection/targets.ts';
import { countMade, recordFailure } from '../stores/reprocesses.ts';
import type { BackfillActivities, DetectActivities } from './contracts.ts';
import { keepAlive } from './heartbeat.ts';
import { createLook, type LookDeps } from './lookAt.ts';
import { toApplicationFailure } from './toApplicationFailure.ts';

export interface DetectDeps extends LookDeps {
  modelsDir: string;
}

const NO_MODEL: DetectResult = { state: 'skipped', reason: 'no-model' };

/** Trouble of the model itself: no picture of the batch can be looked at, and none of them is to blame. */
function skipReason(error: unknown): DetectionSkipReason | null {
  if (!(error instanceof Failure) || !('model' in FAILURES[error.type])) return null;
  return error.type === 'runtime_missing' ? 'no-runtime' : 'model-unusable';
}

/**
 * The detect stage. Pictures never wait for a model: without one that can be used they come in as skipped, with the
 * reason, and are found by that when there is one.
 */
export function createDetectActivities(deps: DetectDeps): DetectActivities & BackfillActivities {
  const { db, modelsDir } = deps;
  const look = createLook(deps);

  async function detect(assets: readonly number[]): Promise<DetectResult> {
    const signal = Context.current().cancellationSignal;
    // All pictures of an import are one tenant's.
    const [tenantId] = await db.run((sql) => tenantsAmong(sql, assets));
    const row = tenantId === undefined ? null : await db.run((sql) => detectorOf(sql, tenantId));
    if (row === null) return NO_MODEL;
    try {
      const model = modelIn(modelsDir, row.manifest);
      const targets = await db.run((sql) => targetsAmong(sql, row.id, assets));
      await look(row, model, targets, signal);
      return { state: 'done', reason: null, model: row.id };
    } catch (error) {
      const reason = skipReason(error);
      if (reason === null) throw error;
      log.warn('a model cannot be used', { model: `${row.name}@${row.version}`, detail: String(error) });
      return { state: 'skipped', reason, model: row.id };
    }
  }

  return {
    async detectBatch(items) {
      await using _alive = keepAlive();
      try {
        return await detect(items.map(({ asset }) => asset));
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },

    async detectRange(reprocessId, range) {
      await using _alive = keepAlive();
      try {
        const { modelId, targets } = await db.run((sql) => targetsIn(sql, reprocessId, range));
        const row = modelId === null ? null : await db.run((sql) => readModel(sql, modelId));
        if (row === null || targets.length === 0) return;
        const fail = (assetId: number, type: string, detail: string) =>
          db.run((sql) => recordFailure(sql, reprocessId, { assetId, type, detail }));
        try {
          const model = modelIn(modelsDir, row.manifest);
          const runs = await look(row, model, targets, Context.current().cancellationSignal);
          for (const { assetId, failed } of runs) {
            if (failed === null) await db.run((sql) => countMade(sql, reprocessId));
            else await fail(assetId, failed.reason, failed.detail);
          }
        } catch (error) {
          if (skipReason(error) === null || !(error instanceof Failure)) throw error;
          for (const { assetId } of targets) await fail(assetId, error.type, error.message);
        }
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },
  };
}
