import { fillOrder } from '../../domain/camera.ts';
import { Failure } from '../../domain/failures.ts';
import { readCapturedCamera } from '../../stores/cameras/stints.ts';
import type { WatchEnd } from '../contracts.ts';
import { keepAlive } from '../heartbeat.ts';
import { takeLease } from './connection.ts';
import { Stopped, whenToStop } from './ending.ts';
import { openPictures } from './pictures.ts';
import type { StintDeps } from './stint.ts';

/** As many as are shown. */
const FPS = 5;
/** By then it is known whether somebody looks. */
const FIRST_LOOK_MS = 2_000;

/** Shows a camera to those who look at it, for as long as they do and nobody captures it. Keeps nothing. */
export async function watchCamera(deps: StintDeps, cameraId: string): Promise<WatchEnd> {
  const { db } = deps;
  const camera = await db.run((sql) => readCapturedCamera(sql, cameraId));
  if (camera === null || !camera.watched) return { end: 'over' };
  using until = whenToStop(deps.stopping, null);
  await using _alive = keepAlive();
  const { signal, stop } = until;
  try {
    // In the camera's own id: sessions go before.
    await using connection = await takeLease(db, {
      ...{ cameraId, holder: cameraId, first: false, waitMs: 0, signal },
    });
    if (connection === null) return { end: 'busy' };
    connection.lost.addEventListener('abort', () => stop(new Stopped('over')), { once: true });
    const { decode, quality } = fillOrder({ mode: 'continuous' }, camera.order);
    await using pictures = await openPictures(deps, camera, { mode: decode, maxFps: FPS, quality, signal });
    const opened = Date.now();
    for await (const picture of pictures.frames) {
      connection.show(picture);
      if (!connection.watched && Date.now() - opened > FIRST_LOOK_MS) break;
    }
    return { end: 'over' };
  } catch (error) {
    if (error instanceof Stopped) return { end: error.ending === 'handed-back' ? 'handed-back' : 'over' };
    if (error instanceof Failure)
      return { end: 'lost', failure: { type: error.type, detail: error.message } };
    throw error;
  }
}
