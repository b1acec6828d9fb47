import { Context } from '@temporalio/activity';
import { loseSession } from '../../stores/cameras/losses.ts';
import type { Database } from '../../stores/postgres/database.ts';

/** A free slot is taken within a second; what is longer was a wait for one. */
const AT_ONCE_MS = 5_000;

/**
 * Says in a session's ledger that its camera was not seen while the activity that runs now waited for a worker with a free
 * slot. The next frame ends that.
 */
export async function noteQueued(db: Database, sessionId: string): Promise<void> {
  const waitedMs = Date.now() - Context.current().info.currentAttemptScheduledTimestampMs;
  if (waitedMs < AT_ONCE_MS) return;
  const detail = `It waited ${Math.round(waitedMs / 1_000)} seconds for a capture worker with a free stream.`;
  await db.tx((tx) =>
    loseSession(tx, sessionId, { reason: 'no_free_slot', detail, state: 'connecting', nextTryMs: null }),
  );
}
