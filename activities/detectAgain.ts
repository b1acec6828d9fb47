import { Failure } from '../domain/failures.ts';
import type { AssetRange } from '../domain/reprocess.ts';
import { refreshLabels } from '../stores/detection/labels.ts';
import { readModel } from '../stores/detection/models.ts';
import { type Again, adoptIn, type DetectTarget, readAgain, targetsIn } from '../stores/detection/targets.ts';
import { adoptNamesIn, type NameTarget, unnamedIn, unseenIn } from '../stores/detection/unnamed.ts';
import { countMade, recordFailure } from '../stores/reprocesses.ts';
import type { BackfillActivities } from './contracts.ts';
import { keepAlive } from './heartbeat.ts';
import { createSight, type DetectDeps, type End, type Ready, skipReason } from './sight.ts';
import { toApplicationFailure } from './toApplicationFailure.ts';

/** Models that look at what is in the library already, and what they said of it before that counts again. */
export function createBackfillActivities(deps: DetectDeps): BackfillActivities {
  const { db } = deps;
  const sight = createSight(deps);

  /** Has what the model said before count again. @returns in which pictures it did not */
  async function adopt(reprocessId: string, range: AssetRange, { family, shadow }: Again): Promise<number[]> {
    if (shadow) return [];
    return db.tx(async (tx) => {
      const work = family === 'classifier' ? adoptNamesIn : adoptIn;
      const ids = await work(tx, reprocessId, range);
      await refreshLabels(tx, ids);
      return ids;
    });
  }

  async function carryOut(
    reprocessId: string,
    range: AssetRange,
    what: Again,
    model: Ready,
    targets: {
      pictures: readonly DetectTarget[];
      boxes: readonly NameTarget[];
      unseen: readonly NameTarget[];
    },
  ): Promise<End[]> {
    const adopted = await adopt(reprocessId, range, what);
    const assets = [...targets.pictures.map(({ assetId }) => assetId), ...adopted];
    const ends =
      what.family === 'classifier'
        ? [
            ...(await sight.nameLater(model, what.shadow, targets.boxes)),
            ...(await sight.nameAlone(model, targets.unseen)),
          ]
        : await sight.lookAndName(model, what, targets.pictures, assets);
    return [...ends, ...adopted.map((assetId) => ({ assetId, failed: null }))];
  }

  async function take(reprocessId: string, range: AssetRange): Promise<void> {
    const what = await db.run((sql) => readAgain(sql, reprocessId));
    const row = what === null ? null : await db.run((sql) => readModel(sql, what.modelId));
    if (what === null || row === null) return;
    const isClassifier = what.family === 'classifier';
    const pictures = isClassifier ? [] : await db.run((sql) => targetsIn(sql, reprocessId, range));
    const boxes = isClassifier ? await db.run((sql) => unnamedIn(sql, reprocessId, range)) : [];
    const unseen = isClassifier ? await db.run((sql) => unseenIn(sql, reprocessId, range)) : [];
    const fail = (assetId: number, type: string, detail: string) =>
      db.run((sql) => recordFailure(sql, reprocessId, { assetId, type, detail }));
    try {
      const ends = await carryOut(reprocessId, range, what, sight.ready(row), { pictures, boxes, unseen });
      for (const { assetId, failed } of ends) {
        if (failed === null) await db.run((sql) => countMade(sql, reprocessId));
        else await fail(assetId, failed.reason, failed.detail);
      }
    } catch (error) {
      if (skipReason(error) === null || !(error instanceof Failure)) throw error;
      for (const { assetId } of [...pictures, ...boxes, ...unseen])
        await fail(assetId, error.type, error.message);
    }
  }

  return {
    async detectRange(reprocessId, range) {
      await using _alive = keepAlive();
      try {
        await take(reprocessId, range);
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },
  };
}
