import { Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { EndedItem } from '../domain/batch.ts';
import { FAILURES, Failure, type ItemReason } from '../domain/failures.ts';
import { ITEM_RETRY_DELAYS_MS, PATIENT_RETRY_DELAYS_MS } from '../domain/limits.ts';
import { countAttempts, noteAttempts } from '../stores/items.ts';
import type { Database } from '../stores/postgres/database.ts';

/** An item whose stage threw. */
export interface Stumble {
  item: number;
  asset?: number;
  error: unknown;
}

/** Failures that say nothing about the item: the whole stage is tried again and nobody's tries are used up. */
function isOurTrouble(error: unknown): boolean {
  return error instanceof Failure && FAILURES[error.type].outcome === null;
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure(
    'internal_error',
    error instanceof Error ? error.message : 'Something unexpected went wrong.',
  );
}

function end(stumble: Stumble, failure: Failure): EndedItem {
  return {
    item: stumble.item,
    outcome: FAILURES[failure.type].outcome ?? 'failed',
    reason: failure.type as ItemReason,
    detail: failure.message.slice(0, 300),
    ...(stumble.asset === undefined ? {} : { asset: stumble.asset }),
  };
}

/** Milliseconds until the next try; `undefined`: there is none. */
function delayAfter(failure: Failure, tries: number): number | undefined {
  if (!('patient' in FAILURES[failure.type])) return ITEM_RETRY_DELAYS_MS[tries - 1];
  const delay = PATIENT_RETRY_DELAYS_MS[tries - 1];
  // Spread, so that all that failed together does not come back together.
  return delay === undefined ? undefined : delay * (0.75 + Math.random() / 2);
}

/**
 * Decides about the items of a batch whose stage threw: a permanent failure ends the item; a transient one is
 * counted in its row and ends it after the last of `ITEM_RETRY_DELAYS_MS` (`PATIENT_RETRY_DELAYS_MS` when the source as
 * a whole is in trouble).
 *
 * @returns the items that ended, and the wait until the others are tried again (`null` when there are none)
 * @throws the error itself when it is a trouble of our own parts or a cancellation
 */
export async function settleStumbles(
  db: Database,
  stumbles: readonly Stumble[],
): Promise<{ ended: EndedItem[]; retryInMs: number | null; left: number; last: string }> {
  const ours = stumbles.find(({ error }) => isOurTrouble(error) || error instanceof CancelledFailure);
  if (ours !== undefined) throw ours.error;
  const context = Context.current();
  // Whatever a cancelled try threw is not the item's fault; this rejects with the cancellation.
  if (context.cancellationSignal.aborted) await context.cancelled;
  const failures = stumbles.map((stumble) => ({ stumble, failure: asFailure(stumble.error) }));
  const ended = failures.filter(({ failure }) => !failure.retryable).map((f) => end(f.stumble, f.failure));
  const transient = failures.filter(({ failure }) => failure.retryable);
  return db.tx(async (tx) => {
    const tries = await countAttempts(
      tx,
      transient.map(({ stumble }) => stumble.item),
    );
    const done = [...ended];
    let retryInMs: number | null = null;
    let left = 0;
    let last = '';
    const again = new Set<number>();
    for (const { stumble, failure } of transient) {
      const delay = delayAfter(failure, tries.get(stumble.item) ?? Number.POSITIVE_INFINITY);
      if (delay === undefined) {
        done.push(end(stumble, failure));
      } else {
        retryInMs = Math.max(retryInMs ?? 0, delay, failure.retryAfterMs ?? 0);
        left += 1;
        last = `${failure.type}: ${failure.message}`;
        again.add(stumble.item);
      }
    }
    const notes = transient.map(({ stumble, failure }) => ({
      item: stumble.item,
      type: failure.type,
      detail: failure.message,
      // The items of a batch wait together, as long as the one that waits longest.
      retryInMs: again.has(stumble.item) ? retryInMs : null,
    }));
    await noteAttempts(tx, notes);
    return { ended: done, retryInMs, left, last };
  });
}

/** Makes Temporal call the stage again after the wait; what is done already is found in the rows. */
export function tryAgain(settled: {
  retryInMs: number | null;
  left: number;
  last: string;
}): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'items_pending',
    message: `${settled.left} ${settled.left === 1 ? 'item' : 'items'} will be tried again: ${settled.last}`,
    nextRetryDelay: settled.retryInMs ?? 1_000,
  });
}
