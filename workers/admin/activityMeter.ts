import type { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptors } from '@temporalio/worker';
import type { BatchSummary } from '../../domain/batch.ts';
import { OUTCOMES } from '../../domain/outcome.ts';
import type { Database } from '../../stores/postgres/database.ts';
import type { Metrics } from './metrics.ts';

/** Activities that say how the items of a batch ended: the first argument is the batch. */
const SETTLE = new Set(['storeBatch', 'abandonBatch']);
/** Imports whose kind is known; there are never many at a time. */
const KNOWN = 500;

/** Kinds of the sources of imports. They do not change. */
function createKinds(db: Database): (importId: string) => Promise<string> {
  const known = new Map<string, string>();
  return async (importId) => {
    const kept = known.get(importId);
    if (kept !== undefined) return kept;
    const [row] = await db.run(
      (sql) => sql<{ kind: string }[]>`select kind from imports where id = ${importId}`,
    );
    if (row === undefined) return 'unknown';
    if (known.size >= KNOWN) known.clear();
    known.set(importId, row.kind);
    return row.kind;
  };
}

/** Measures every attempt of every activity of a worker, and counts the items that end in them. */
export function createActivityMeter(
  metrics: Metrics,
  db: Database,
): (context: Context) => ActivityInterceptors {
  const kindOf = createKinds(db);

  async function count(importId: string, summary: BatchSummary): Promise<void> {
    const source_kind = await kindOf(importId).catch(() => 'unknown');
    for (const outcome of OUTCOMES) {
      const n = summary[outcome];
      if (n !== undefined) metrics.items.inc({ outcome, source_kind }, n);
    }
  }

  return (context) => {
    const activity = context.info.activityType;
    return {
      inbound: {
        async execute(input, next) {
          const began = process.hrtime.bigint();
          metrics.activitiesRunning.inc({ activity });
          let outcome = 'completed';
          try {
            const result = await next(input);
            const [batch] = input.args as [{ importId: string }?];
            if (SETTLE.has(activity) && batch !== undefined) {
              // Counting must not keep the batch waiting.
              void count(batch.importId, result as BatchSummary);
            }
            return result;
          } catch (error) {
            outcome = error instanceof CancelledFailure ? 'cancelled' : 'failed';
            throw error;
          } finally {
            metrics.activitiesRunning.dec({ activity });
            const seconds = Number(process.hrtime.bigint() - began) / 1e9;
            metrics.activitySeconds.observe({ activity, outcome }, seconds);
          }
        },
      },
    };
  };
}
