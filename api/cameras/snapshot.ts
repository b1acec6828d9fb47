import type { Response } from 'express';
import type { CameraLook } from '../../domain/camera.ts';
import { FAILURES, isFailureType } from '../../domain/failures.ts';
import type { Camera } from '../../stores/cameras/cameras.ts';
import { newestPicture } from '../../stores/cameras/frames.ts';
import { type LiveFrame, readLiveFrame } from '../../stores/cameras/liveFrames.ts';
import { originalKey } from '../../stores/objects/keys.ts';
import { hiddenIn, hidesLive } from '../../stores/privacy.ts';
import type { ApiDeps } from '../deps.ts';
import { type Look, liveHidden, NOT_KEPT, type PrivacyDesk } from '../privacy.ts';
import { Problem } from '../problem.ts';
import type { RenditionDesk } from '../renditions/desk.ts';
import { sendObject } from '../sendObject.ts';

/** What is shown of a picture in which somebody is. */
const WITHOUT_PEOPLE = 'zoom';

/** What a picture is sent with. */
export interface PictureDesks {
  privacy: PrivacyDesk;
  renditions: RenditionDesk;
}

/**
 * Before anybody looks at what a camera shows now, which no model has seen.
 * @returns whether it shows what others do not see @throws Problem 403
 */
export async function allowLive(
  { db }: ApiDeps,
  privacy: PrivacyDesk,
  camera: Camera,
  look: Look,
): Promise<boolean> {
  if (!(await db.run((sql) => hidesLive(sql, camera.id)))) return false;
  if (!look.unblurred) throw liveHidden();
  await privacy.reveal(camera.tenantId, look);
  return true;
}

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

/**
 * A new picture.
 * @param seesPeople whom the tenant may hide by the time that it is taken
 * @throws Problem 403, 502 that says what is wrong with the camera, 503 when nobody could look
 */
export async function sendFreshSnapshot(
  { db, cameras }: ApiDeps,
  camera: Camera,
  seesPeople: boolean,
  res: Response,
): Promise<void> {
  const look = await cameras.takeSnapshot(camera.id);
  if (look === null) throw noAnswer();
  if (!look.ok) throw notSeen(look.failure);
  const frame = await db.run((sql) => readLiveFrame(sql, camera.id));
  if (frame === null) throw noAnswer();
  if (frame.hidden && !seesPeople) throw liveHidden();
  sendFrame(res, frame);
}

/** The newest picture that is there and may be seen: what somebody just looked at, or the last frame that was kept. */
export async function sendLastPicture(
  { db, objects }: ApiDeps,
  { privacy, renditions }: PictureDesks,
  camera: Camera,
  look: Look,
): Promise<void> {
  const { req, res } = look;
  const [live, kept] = await db.run((sql) =>
    Promise.all([readLiveFrame(sql, camera.id), newestPicture(sql, camera.id, !look.unblurred)]),
  );
  const hides = live?.hidden === true && !look.unblurred;
  if (live !== null && !hides && (kept === null || live.at >= kept.capturedAt)) {
    if (live.hidden) await privacy.reveal(camera.tenantId, look);
    sendFrame(res, live);
    return;
  }
  if (kept === null) {
    if (hides) throw liveHidden();
    throw new Problem({
      status: 404,
      code: 'no_picture',
      title: 'There is no picture yet',
      detail: 'Nothing was captured of this camera yet. Add ?fresh=1 to have a picture taken now.',
    });
  }
  res.set({ 'X-Captured-At': kept.capturedAt.toISOString(), 'Last-Modified': kept.capturedAt.toUTCString() });
  const plain = { fileName: kept.name, disposition: 'inline', cacheControl: 'private, no-cache' } as const;
  const hidden = await db.run((sql) => hiddenIn(sql, kept.assetId));
  if (hidden !== null && !hidden.unseen && !look.unblurred) {
    const { row } = await renditions.get(kept.assetId, WITHOUT_PEOPLE);
    await sendObject(objects, { ...row, key: row.objectKey, ...plain }, req, res);
    return;
  }
  const revealed = await privacy.original([kept.assetId], look);
  // A JPEG that we made ourselves.
  const how = { ...plain, ...(revealed && { cacheControl: NOT_KEPT }) };
  await sendObject(objects, { ...kept, key: originalKey(camera.tenantId, kept.uid), ...how }, req, res);
}
