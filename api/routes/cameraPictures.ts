import { z } from 'zod';
import type { CameraLook } from '../../domain/camera.ts';
import { type Camera, findCamera } from '../../stores/cameras/cameras.ts';
import { createMjpeg } from '../cameras/mjpeg.ts';
import { allowLive, noAnswer, sendFreshSnapshot, sendLastPicture } from '../cameras/snapshot.ts';
import type { ApiDeps } from '../deps.ts';
import { presentFailure } from '../present/failure.ts';
import { createPrivacyDesk } from '../privacy.ts';
import { notFound, Problem } from '../problem.ts';
import { createRenditionDesk } from '../renditions/desk.ts';
import { defineRoute, type Route } from '../route.ts';
import { CameraTest } from '../schemas/cameras.ts';
import { Uuid } from '../schemas/common.ts';
import { Unblurred } from '../schemas/privacy.ts';

const One = z.object({ id: Uuid });
/** A camera that has not shown anything by then is not there. */
const FIRST_PICTURE_MS = 20_000;

function presentTest(look: CameraLook, snapshotUrl: string): z.input<typeof CameraTest> {
  const nothing = { codec: null, width: null, height: null, fps: null, driver: null, took_ms: null };
  if (!look.ok) {
    const { type, detail } = look.failure;
    return { ok: false, ...nothing, snapshot_url: null, error: presentFailure(type, detail) };
  }
  const { info, driver, tookMs } = look;
  return { ok: true, ...info, driver, took_ms: tookMs, snapshot_url: snapshotUrl, error: null };
}

/** Looking at a camera now. Nothing of it is kept. */
export function cameraPictureRoutes(deps: ApiDeps): Route[] {
  const { db, cameras, watching, config } = deps;
  const base = config.publicUrl ?? '';
  const privacy = createPrivacyDesk(db);
  const desks = { privacy, renditions: createRenditionDesk(db, deps.workflows) };
  const snapshot = { operationId: 'getSnapshot', tag: 'cameras' } as const;
  const film = { operationId: 'watchCamera', tag: 'live' } as const;

  async function find(id: string): Promise<Camera> {
    const camera = await db.run((sql) => findCamera(sql, id));
    if (camera === null) throw notFound('camera');
    return camera;
  }

  return [
    defineRoute({
      method: 'post',
      path: '/cameras/{id}/test',
      operationId: 'testCamera',
      summary: 'Connect to a camera and say what it shows, or what is wrong; keeps nothing',
      tag: 'cameras',
      needs: 'contributor',
      params: One,
      answers: { 200: { description: 'What was seen', schema: CameraTest } },
      async handle({ params }, _req, res) {
        const { id } = await find(params.id);
        const look = await cameras.test(id);
        if (look === null) throw noAnswer();
        res.json(presentTest(look, `${base}/cameras/${id}/snapshot`));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/cameras/{id}/snapshot',
      ...snapshot,
      summary: 'The last picture of a camera, or a new one',
      needs: 'viewer',
      viewable: true,
      params: One,
      query: Unblurred.extend({
        fresh: z
          .stringbool()
          .default(false)
          .meta({ description: 'Take a new one, which takes a second or more' }),
      }),
      problems: [409, 416, 502],
      answers: {
        200: { description: 'JPEG; `X-Captured-At` says when it was taken', contentType: 'image/jpeg' },
        206: { description: 'The part that was asked for', contentType: 'image/jpeg' },
        304: { description: 'What the client has is what there is' },
      },
      async handle({ params, query }, req, res) {
        const camera = await find(params.id);
        const look = { unblurred: query.unblurred, operation: snapshot, req, res };
        if (query.fresh) {
          const seesPeople = await allowLive(deps, privacy, camera, look);
          await sendFreshSnapshot(deps, camera, seesPeople, res);
        } else await sendLastPicture(deps, desks, camera, look);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/cameras/{id}/live',
      ...film,
      summary: 'Look at a camera: JPEGs one after the other, up to five a second, for an <img>',
      needs: 'viewer',
      viewable: true,
      params: One,
      query: Unblurred,
      answers: { 200: { description: 'Motion JPEG', contentType: 'multipart/x-mixed-replace' } },
      async handle({ params, query }, req, res) {
        const camera = await find(params.id);
        const look = { unblurred: query.unblurred, operation: film, req, res };
        const mjpeg = createMjpeg(res, await allowLive(deps, privacy, camera, look));
        const stop = watching.watch(camera.id, mjpeg);
        if (stop === null) {
          throw new Problem({
            status: 503,
            code: 'too_many_viewers',
            title: 'Too many people look at cameras',
            detail: 'Close a live view somewhere, or try again in a moment.',
            retryAfter: 10,
          });
        }
        try {
          await new Promise<void>((resolve, reject) => {
            const late = setTimeout(() => {
              if (!res.headersSent) reject(noAnswer());
            }, FIRST_PICTURE_MS);
            res.once('close', () => {
              clearTimeout(late);
              resolve();
            });
          });
        } finally {
          stop();
        }
      },
    }),
  ];
}
