import type { BatchRef, BatchSummary, EndedItem } from '../domain/batch.ts';
import { slotsOf } from '../domain/batchGrid.ts';
import type { ReachFailpoint } from '../domain/failpoints.ts';
import { FAILURES, type FailureType, type ItemReason } from '../domain/failures.ts';
import { pendingInBatch } from '../stores/items.ts';
import { assetPrefix } from '../stores/objects/keys.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import { type BatchOutcome, recordOutcomes } from '../stores/outcomes.ts';
import type { Database } from '../stores/postgres/database.ts';
import { regroup, stretchesOf } from '../stores/sequences/regroup.ts';
import type { StoreActivities } from './contracts.ts';
import { keepAlive } from './heartbeat.ts';
import { toApplicationFailure } from './toApplicationFailure.ts';

export interface StoreDeps {
  db: Database;
  objects: ObjectStore;
  reached: ReachFailpoint;
}

/** The store stage: every item of a batch gets its final state, in one transaction. */
export function createStoreActivities({ db, objects, reached }: StoreDeps): StoreActivities {
  async function settle(outcome: BatchOutcome): Promise<BatchSummary> {
    await using _alive = keepAlive();
    try {
      const { rejectedAssets } = await db.tx((tx) => recordOutcomes(tx, outcome));
      reached('store');
      await regroup(
        db,
        await db.run((sql) =>
          stretchesOf(
            sql,
            outcome.rendered.map(({ asset }) => asset),
          ),
        ),
      );
      // After the commit: a crash in between leaves objects of an asset that says `rejected`, which this
      // activity's next attempt removes. The other way round an asset could lose bytes that it still claims.
      for (const { tenantId, uid } of rejectedAssets) {
        for await (const object of objects.list(assetPrefix(tenantId, uid))) await objects.delete(object.key);
      }
    } catch (error) {
      throw toApplicationFailure(error);
    }
    const summary: BatchSummary = {};
    if (outcome.rendered.length > 0) summary.stored = outcome.rendered.length;
    for (const end of outcome.ended) summary[end.outcome] = (summary[end.outcome] ?? 0) + 1;
    return summary;
  }

  async function abandoned(
    ref: BatchRef,
    reason: { type: FailureType; detail: string },
  ): Promise<EndedItem[]> {
    const items = await db.run((sql) => pendingInBatch(sql, ref.importId, ...slotsOf(ref)));
    // A failure that ends whole imports has no outcome of its own for one item.
    const type = FAILURES[reason.type].outcome === 'failed' ? reason.type : 'internal_error';
    return items.map((item) => ({
      item: item.id,
      outcome: 'failed',
      reason: type as ItemReason,
      detail: reason.detail.slice(0, 300),
      ...(item.assetId === null ? {} : { asset: item.assetId }),
    }));
  }

  return {
    storeBatch: ({ importId }, rendered, ended, detection) =>
      settle({ importId, rendered, ended, detection }),
    async abandonBatch(batch, reason) {
      try {
        const ended = await abandoned(batch, reason);
        return await settle({
          importId: batch.importId,
          rendered: [],
          ended,
          detection: { state: 'skipped', reason: null },
        });
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },
  };
}
