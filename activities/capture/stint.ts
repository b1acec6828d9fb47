import { randomUUID } from 'node:crypto';
import type { CapturedFrame } from '../../capture/driver.ts';
import { type CaptureOrder, ONE_SHOT_FROM_S } from '../../domain/camera.ts';
import { Failure } from '../../domain/failures.ts';
import { loseSession } from '../../stores/cameras/losses.ts';
import { readStint, type Stint, setSessionState } from '../../stores/cameras/stints.ts';
import type { CaptureCounts, CaptureEnd } from '../contracts.ts';
import { keepAlive } from '../heartbeat.ts';
import { type Basket, createBasket } from './basket.ts';
import { takeLease } from './connection.ts';
import { goalOf, isReached, lostBy, Stopped, whenToStop } from './ending.ts';
import { type HandOverDeps, handOver, wasHandedOver } from './handOver.ts';
import { openPictures, type PictureDeps, type PictureRequest, sharedPictures } from './pictures.ts';
import { noteQueued } from './queued.ts';
import { type FrameWatch, watchFrames } from './watchFrames.ts';

export interface StintDeps extends HandOverDeps, PictureDeps {
  /** Aborted when this worker is to stop. */
  stopping: AbortSignal;
}

/** Long enough for a test or a snapshot to be over. */
const LEASE_WAIT_MS = 4_000;

/** Pictures a second at most; `undefined`: all that there are. */
function rateOf({ mode, fps, intervalSeconds }: CaptureOrder): number | undefined {
  if (mode === 'single_frame') return undefined;
  if (mode === 'interval') return 1 / (intervalSeconds ?? ONE_SHOT_FROM_S);
  return fps;
}

/**
 * Carries a session on over one connection for as long as there is something to see: minutes, or months.
 *
 * Guarantee: whatever it saw and kept is durable and on its way through the pipeline when it returns, and what it says of
 * its end is true of the rows. When its worker is lost, at most the pictures of the last five seconds are.
 */
export async function runStint(deps: StintDeps, sessionId: string): Promise<CaptureEnd> {
  const { db } = deps;
  const stint = await db.run((sql) => readStint(sql, sessionId));
  if (stint === null || stint.wanted !== 'run') return { end: 'changed', counts: null };
  const counts: CaptureCounts = {
    frames: stint.frames,
    dropped: 0,
    lastFrameAt: stint.lastFrameAt?.toISOString() ?? null,
  };
  const goal = goalOf(stint.order, stint);
  if (isReached(goal)) return { end: 'over', counts };

  using until = whenToStop(deps.stopping, goal.ms);
  await using _alive = keepAlive(() => counts);
  await noteQueued(db, sessionId);
  await db.run((sql) => setSessionState(sql, sessionId, 'connecting'));
  const watch = await watchFrames(db, stint);
  const basket = createBasket({
    write: async (sight, frames, isAgain) => {
      if (isAgain && (await wasHandedOver(deps, frames))) return;
      await handOver(deps, stint, sight, frames);
    },
    onFatal: until.stop,
  });
  let seen = false;
  let why: unknown;
  try {
    await capture(deps, stint, until, watch, basket, goal.frames, (at, isKept) => {
      seen = true;
      counts.lastFrameAt = at.toISOString();
      if (isKept) counts.frames += 1;
    });
    why = new Stopped('over');
  } catch (error) {
    why = error;
  }
  await basket.close();
  await watch.keep();
  counts.dropped = basket.dropped;
  if (!(why instanceof Stopped)) return { end: 'lost', failure: lostBy(why), seen, counts };
  if (why.ending === 'handed-back') {
    const detail = 'The worker that captured it was stopped.';
    await db.tx((tx) =>
      loseSession(tx, sessionId, { reason: 'worker_lost', detail, state: 'connecting', nextTryMs: null }),
    );
  }
  return { end: why.ending, counts };
}

/** Puts pictures into the basket until there are enough. @throws whatever ends it before */
async function capture(
  deps: StintDeps,
  { sessionId, camera, order, frames: before }: Stint,
  { signal, stop }: { signal: AbortSignal; stop(reason: unknown): void },
  watch: FrameWatch,
  basket: Basket,
  wanted: number,
  onPicture: (at: Date, isKept: boolean) => void,
): Promise<void> {
  const request: PictureRequest = {
    ...{ mode: order.decode, maxFps: rateOf(order), quality: order.quality, signal },
  };
  await using connection = await takeLease(deps.db, {
    ...{ cameraId: camera.id, holder: sessionId, first: true, waitMs: LEASE_WAIT_MS, signal },
  });
  connection?.lost.addEventListener(
    'abort',
    () => stop(new Failure('camera_busy', 'The connection to the camera was given to somebody else.')),
    { once: true },
  );
  await using pictures =
    connection === null ? sharedPictures(deps, camera, request) : await openPictures(deps, camera, request);
  let count = 0;
  let missed = 0;
  let isFirst = true;
  for await (const picture of pictures.frames) {
    connection?.show(picture);
    const { flags, change } = await watch.look(picture.jpeg);
    // What the first picture of a session shows is new.
    const isKept = change === null || change.changed || (isFirst && before === 0);
    basket.miss(pictures.dropped - missed);
    missed = pictures.dropped;
    if (isKept) basket.keep(frameOf(picture, flags, change?.share ?? null));
    else basket.leaveOut(picture.at, flags);
    onPicture(picture.at, isKept);
    if (isKept) count += 1;
    // That the camera is there, or there again, is to be known at once.
    if (isFirst) basket.empty();
    isFirst = false;
    if (count - basket.dropped >= wanted) return;
  }
}

export function frameOf(
  { jpeg, width, height, at, keyframe }: CapturedFrame,
  flags: readonly string[],
  changeShare: number | null,
) {
  return { id: randomUUID(), jpeg, width, height, at, keyframe, flags, changeShare };
}
