import { setTimeout as sleep } from 'node:timers/promises';
import type { CapturedFrame } from '../../capture/driver.ts';
import { Failure } from '../../domain/failures.ts';
import { keepLive } from '../../stores/cameras/cameras.ts';
import { readLiveFrame } from '../../stores/cameras/liveFrames.ts';
import type { Database } from '../../stores/postgres/database.ts';

/** As those who look at a camera do it. */
const LIVE_S = 15;
const KEEP_LIVE_EVERY_MS = 5_000;
const LOOK_EVERY_MS = 200;
/** A holder that shows nothing for so long takes pictures too seldom to be followed. */
const SILENCE_MS = 10_000;
/** A picture that lies there from before may be taken when it is no older. */
const FRESH_MS = 3_000;

/**
 * Pictures of a camera whose connection somebody else has, as he shows them: up to five a second.
 *
 * @param maxFps pictures a second at most
 * @throws Failure `camera_busy` when he shows none; the signal's reason
 */
export async function* followLive(
  db: Database,
  cameraId: string,
  maxFps: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<CapturedFrame> {
  const everyMs = Math.max(LOOK_EVERY_MS, maxFps === undefined ? 0 : 1_000 / maxFps);
  let last = new Date(Date.now() - FRESH_MS);
  let keptAt = 0;
  let heardAt = Date.now();
  for (;;) {
    signal.throwIfAborted();
    if (Date.now() - keptAt >= KEEP_LIVE_EVERY_MS) {
      keptAt = Date.now();
      await db.run((sql) => keepLive(sql, cameraId, LIVE_S));
    }
    const after = last;
    const frame = await db.run((sql) => readLiveFrame(sql, cameraId, after));
    if (frame !== null) {
      last = frame.at;
      heardAt = Date.now();
      yield { ...frame, keyframe: null };
      await sleep(everyMs);
    } else if (Date.now() - heardAt > SILENCE_MS) {
      throw new Failure('camera_busy', 'Another session or test has the one connection to the camera.');
    } else {
      await sleep(LOOK_EVERY_MS);
    }
  }
}
