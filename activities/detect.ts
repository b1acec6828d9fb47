import type { DetectResult } from '../domain/batch.ts';
import { looksAlone, type ModelRow, modelInUse } from '../stores/detection/models.ts';
import { targetsAmong, tenantsAmong } from '../stores/detection/targets.ts';
import { unseenAmong } from '../stores/detection/unnamed.ts';
import type { DetectActivities } from './contracts.ts';
import { keepAlive } from './heartbeat.ts';
import { createSight, type DetectDeps, skipReason, warnUnusable } from './sight.ts';
import { toApplicationFailure } from './toApplicationFailure.ts';

const NO_MODEL: DetectResult = { state: 'skipped', reason: 'no-model' };

/**
 * The detect stage: boxes, and which animals are in them, or what a classifier says of whole pictures without a detector. Pictures never wait for a model: without one that can be used
 * they come in as skipped, with the reason, and are found by that when there is one.
 */
export function createDetectActivities(deps: DetectDeps): DetectActivities {
  const { db } = deps;
  const sight = createSight(deps);

  async function detect(assets: readonly number[]): Promise<DetectResult> {
    // All pictures of an import are one tenant's.
    const [tenantId] = await db.run((sql) => tenantsAmong(sql, assets));
    if (tenantId === undefined) return NO_MODEL;
    const row = await db.run((sql) => modelInUse(sql, tenantId, 'detector'));
    if (row === null) return detectAlone(tenantId, assets);
    return attempted(row, async () => {
      const targets = await db.run((sql) => targetsAmong(sql, row.id, assets));
      await sight.lookAndName(sight.ready(row), { tenantId, shadow: false }, targets, assets);
    });
  }

  /** A classifier of whole pictures says what it can where there is no detector. */
  async function detectAlone(tenantId: string, assets: readonly number[]): Promise<DetectResult> {
    const row = await db.run((sql) => modelInUse(sql, tenantId, 'classifier'));
    if (row === null || !looksAlone(row)) return NO_MODEL;
    return attempted(row, async () => {
      const targets = await db.run((sql) => unseenAmong(sql, row.id, assets));
      await sight.nameAlone(sight.ready(row), targets);
    });
  }

  async function attempted(row: ModelRow, work: () => Promise<void>): Promise<DetectResult> {
    try {
      await work();
      return { state: 'done', reason: null, model: row.id };
    } catch (error) {
      const reason = skipReason(error);
      if (reason === null) throw error;
      warnUnusable(row, error);
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
  };
}
