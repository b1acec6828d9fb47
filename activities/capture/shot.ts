import { nextShotMs, ONE_SHOT_FROM_S } from '../../domain/camera.ts';
import { readStint, setSessionState } from '../../stores/cameras/stints.ts';
import type { CaptureCounts, CaptureEnd } from '../contracts.ts';
import { keepAlive } from '../heartbeat.ts';
import { takeLease } from './connection.ts';
import { goalOf, isReached, lostBy, Stopped, whenToStop } from './ending.ts';
import { handOver } from './handOver.ts';
import { openPictures, sharedPictures } from './pictures.ts';
import { noteQueued } from './queued.ts';
import { frameOf, type StintDeps } from './stint.ts';
import { watchFrames } from './watchFrames.ts';

/** Another session that takes a picture now and then is done by then; whoever only watches shares his. */
const LEASE_WAIT_MS = 4_000;
/** For one picture: cold cameras with sparse keyframes took over a minute. */
const TOTAL_MS = 120_000;

/**
 * Takes one picture of a long interval by a connection of its own, and says when the next is due.
 *
 * Guarantee: as that of a stint.
 */
export async function takeShot(deps: StintDeps, sessionId: string): Promise<CaptureEnd> {
  const { db } = deps;
  const stint = await db.run((sql) => readStint(sql, sessionId));
  if (stint === null || stint.wanted !== 'run') return { end: 'changed', counts: null };
  const began = Date.now() - stint.ageMs;
  const { camera, order } = stint;
  const counts: CaptureCounts = {
    frames: stint.frames,
    dropped: 0,
    lastFrameAt: stint.lastFrameAt?.toISOString() ?? null,
  };
  const goal = goalOf(order, stint);
  if (isReached(goal)) return { end: 'over', counts };

  using until = whenToStop(deps.stopping, goal.ms);
  await using _alive = keepAlive(() => counts);
  await noteQueued(db, sessionId);
  await db.run((sql) => setSessionState(sql, sessionId, 'connecting'));
  const intervalMs = (order.intervalSeconds ?? ONE_SHOT_FROM_S) * 1_000;
  const dueInMs = (): number => nextShotMs(Date.now() - began, intervalMs);
  try {
    const picture = await onePicture();
    // Each looks at one picture only: what the ones before it showed is kept from shot to shot.
    const watch = await watchFrames(db, stint);
    const { flags } = await watch.look(picture.jpeg);
    const frame = frameOf(picture, flags, null);
    const sight = { firstAt: frame.at, lastAt: frame.at, flags, dropped: 0, unchanged: 0 };
    await handOver(deps, stint, sight, [frame], { state: 'waiting', inMs: dueInMs() });
    await watch.keep();
    counts.frames += 1;
    counts.lastFrameAt = frame.at.toISOString();
    return isReached(goalOf(order, { frames: counts.frames, ageMs: Date.now() - began }))
      ? { end: 'over', counts }
      : { end: 'next', inMs: dueInMs(), counts };
  } catch (error) {
    if (error instanceof Stopped) return { end: error.ending, counts };
    return { end: 'lost', failure: lostBy(error), seen: false, counts };
  }

  async function onePicture() {
    const { signal } = until;
    const request = { mode: order.decode, quality: order.quality, signal, totalMs: TOTAL_MS } as const;
    await using connection = await takeLease(db, {
      ...{ cameraId: camera.id, holder: sessionId, first: false, waitMs: LEASE_WAIT_MS, signal },
    });
    await using pictures =
      connection === null ? sharedPictures(deps, camera, request) : await openPictures(deps, camera, request);
    for await (const picture of pictures.frames) {
      connection?.show(picture);
      return picture;
    }
    throw new Error('a capture ended without a picture');
  }
}
