import type { Request, Response } from 'express';
import type { CameraLook } from '../../domain/camera.ts';
import { FAILURES, isFailureType } from '../../domain/failures.ts';
import type { Camera } from '../../stores/cameras/cameras.ts';
import { newestPicture } from '../../stores/cameras/frames.ts';
import { type LiveFrame, readLiveFrame } from '../../stores/cameras/liveFrames.ts';
import { originalKey } from '../../stores/objects/keys.ts';
import type { ApiDeps } from '../deps.ts';
import { refuseHidden } from '../privacy.ts';
import { Problem } from '../problem.ts';
import { sendObject } from '../sendObject.ts';

/** Nobody answered, which says nothing of the camera. */
export function noAnswer(): Problem {
  return new Problem({
    status: 503,
    code: 'no_answer',
    title: 'The camera could not be looked at',
    detail: 'No process that captures finished looking at it in time. Try again in a moment.',
    retryAfter: 10,
  });
}

/** The camera did not give a picture. */
export function notSeen({ type, detail }: Extract<CameraLook, { ok: false }>['failure']): Problem {
  const { title, advice } = isFailureType(type) ? FAILURES[type] : FAILURES.internal_error;
  return new Problem({ status: 502, code: type, title, detail: `${detail} ${advice}` });
}

function sendFrame(res: Response, { jpeg, at }: LiveFrame): void {
  res
    .set({
      'Content-Type': 'image/jpeg',
      'Cache-Control': 'no-store',
      'Last-Modified': at.toUTCString(),
      'X-Captured-At': at.toISOString(),
      'X-Content-Type-Options': 'nosniff',
    })
    .send(jpeg);
}

/** A new picture. @throws Problem 502 that says what is wrong with the camera, 503 when nobody could look */
export async function sendFreshSnapshot(
  { db, cameras }: ApiDeps,
  camera: Camera,
  res: Response,
): Promise<void> {
  const look = await cameras.takeSnapshot(camera.id);
  if (look === null) throw noAnswer();
  if (!look.ok) throw notSeen(look.failure);
  const frame = await db.run((sql) => readLiveFrame(sql, camera.id));
  if (frame === null) throw noAnswer();
  sendFrame(res, frame);
}

/** The newest picture that is there: what somebody just looked at, or the last frame that was kept. */
export async function sendLastPicture(
  { db, objects }: ApiDeps,
  camera: Camera,
  req: Request,
  res: Response,
): Promise<void> {
  const [live, kept] = await db.run((sql) =>
    Promise.all([readLiveFrame(sql, camera.id), newestPicture(sql, camera.id)]),
  );
  if (live !== null && (kept === null || live.at >= kept.capturedAt)) {
    sendFrame(res, live);
    return;
  }
  if (kept === null) {
    throw new Problem({
      status: 404,
      code: 'no_picture',
      title: 'There is no picture yet',
      detail: 'Nothing was captured of this camera yet. Add ?fresh=1 to have a picture taken now.',
    });
  }
  await refuseHidden(db, [kept.assetId]);
  res.set({ 'X-Captured-At': kept.capturedAt.toISOString(), 'Last-Modified': kept.capturedAt.toUTCString() });
  await sendObject(
    objects,
    {
      key: originalKey(camera.tenantId, kept.uid),
      bytes: kept.bytes,
      mediaType: kept.mediaType,
      sha256: kept.sha256,
      fileName: kept.name,
      // A JPEG that we made ourselves.
      disposition: 'inline',
      cacheControl: 'private, no-cache',
    },
    req,
    res,
  );
}
