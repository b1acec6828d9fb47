import { randomUUID } from 'node:crypto';
import { type CameraLook, fillOrder } from '../../domain/camera.ts';
import { Failure } from '../../domain/failures.ts';
import { publishLiveFrame } from '../../stores/cameras/liveFrames.ts';
import { readCapturedCamera } from '../../stores/cameras/stints.ts';
import { keepAlive } from '../heartbeat.ts';
import { takeLease } from './connection.ts';
import { Stopped, whenToStop } from './ending.ts';
import { openPictures, sharedPictures } from './pictures.ts';
import type { StintDeps } from './stint.ts';

/** Somebody waits for the answer. */
const TOTAL_MS = 25_000;
const LEASE_WAIT_MS = 1_000;

/**
 * Looks at a camera once and shows what it saw, without keeping it. While a session has the connection, the picture comes
 * from there.
 */
export async function probeCamera(deps: StintDeps, cameraId: string): Promise<CameraLook> {
  const { db } = deps;
  const began = Date.now();
  const camera = await db.run((sql) => readCapturedCamera(sql, cameraId));
  if (camera === null) return failed('source_not_found', 'The camera was deleted.');
  using until = whenToStop(deps.stopping, TOTAL_MS);
  await using _alive = keepAlive();
  try {
    const { signal } = until;
    const { quality } = fillOrder({ mode: 'single_frame' }, camera.order);
    const request = { mode: 'keyframes', quality, signal } as const;
    await using connection = await takeLease(db, {
      ...{ cameraId, holder: randomUUID(), first: false, waitMs: LEASE_WAIT_MS, signal },
    });
    await using pictures =
      connection === null ? sharedPictures(deps, camera, request) : await openPictures(deps, camera, request);
    for await (const picture of pictures.frames) {
      const { width, height } = picture;
      if (connection !== null) await db.run((sql) => publishLiveFrame(sql, cameraId, picture));
      const info = { ...pictures.info, width, height };
      return { ok: true, info, driver: pictures.driver, tookMs: Date.now() - began };
    }
    return failed('source_error', 'The video of the camera ended at once.');
  } catch (error) {
    if (error instanceof Failure) return failed(error.type, error.message);
    if (error instanceof Stopped) return failed('source_timeout', 'No picture came in time.');
    throw error;
  }
}

const failed = (type: Failure['type'], detail: string): CameraLook => ({
  ok: false,
  failure: { type, detail },
});
