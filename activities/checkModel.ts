import { Context } from '@temporalio/activity';
import type { Detector } from '../detection/detector.ts';
import { modelIn } from '../detection/modelFiles.ts';
import { readKnowledge } from '../detection/species/knowledge.ts';
import { Failure } from '../domain/failures.ts';
import { readModel, recordCheck } from '../stores/detection/models.ts';
import type { Database } from '../stores/postgres/database.ts';
import type { CheckActivities } from './contracts.ts';
import { keepAlive } from './heartbeat.ts';
import { toApplicationFailure } from './toApplicationFailure.ts';

export interface CheckDeps {
  db: Database;
  detector: Detector;
  modelsDir: string;
}

/** Whether models can be used on this machine. */
export function createCheckActivities({ db, detector, modelsDir }: CheckDeps): CheckActivities {
  return {
    async checkModel(modelId) {
      await using _alive = keepAlive();
      try {
        const row = await db.run((sql) => readModel(sql, modelId));
        if (row === null) return;
        const start = performance.now();
        const failure = await openFailure(row.manifest);
        const tookMs = performance.now() - start;
        await db.run((sql) => recordCheck(sql, modelId, { failure, tookMs }));
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },
  };

  async function openFailure(manifest: unknown): Promise<Failure | null> {
    try {
      const model = modelIn(modelsDir, manifest);
      await detector.open(model, Context.current().cancellationSignal);
      if (model.manifest.family === 'classifier') await readKnowledge(model);
      return null;
    } catch (error) {
      // What is no fault of the model is tried again.
      if (error instanceof Failure && error.type !== 'internal_error' && !error.retryable) return error;
      throw error;
    }
  }
}
