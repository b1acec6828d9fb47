import { type CaptureLoss, nextShotMs, ONE_SHOT_FROM_S } from '../domain/camera.ts';
import { endSession, loseSession } from '../stores/cameras/losses.ts';
import { beginSession } from '../stores/cameras/stints.ts';
import type { Database } from '../stores/postgres/database.ts';
import { goalOf, isReached } from './capture/ending.ts';
import type { CaptureBookkeeping } from './contracts.ts';

/** What a session's workflow reads and writes of its row. */
export function createCaptureBookkeeping(db: Database): CaptureBookkeeping {
  return {
    async planCapture(sessionId) {
      const stint = await db.run((sql) => beginSession(sql, sessionId));
      if (stint === null) return null;
      const { order, wanted, frames, ageMs, lastFrameAt } = stint;
      const goal = goalOf(order, stint);
      const intervalMs = (order.intervalSeconds ?? 0) * 1_000;
      const isShot = order.mode === 'interval' && intervalMs >= ONE_SHOT_FROM_S * 1_000;
      const isDue = lastFrameAt === null || Date.now() - lastFrameAt.getTime() >= intervalMs;
      return {
        wanted,
        isOver: isReached(goal),
        leftMs: goal.ms,
        take: isShot ? 'shot' : 'stint',
        dueInMs: isShot && !isDue ? nextShotMs(ageMs, intervalMs) : 0,
        isOneOff: order.mode === 'single_frame' || order.mode === 'burst',
        ageMs,
        counts: { frames, dropped: 0, lastFrameAt: lastFrameAt?.toISOString() ?? null },
      };
    },
    loseCapture: (sessionId, loss: CaptureLoss) => db.tx((tx) => loseSession(tx, sessionId, loss)),
    endCapture: (sessionId, state, failure) =>
      db.tx((tx) => endSession(tx, sessionId, state, failure ?? null)),
  };
}
