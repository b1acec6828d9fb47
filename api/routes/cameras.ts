import { z } from 'zod';
import { currentCalibration } from '../../stores/cameras/calibrations.ts';
import { findCamera, listCameras, type Camera as Row, removeCamera } from '../../stores/cameras/cameras.ts';
import { pageFrames } from '../../stores/cameras/frames.ts';
import { findSession } from '../../stores/cameras/sessions.ts';
import { DEFAULT_TENANT, readTenantId } from '../../stores/tenants.ts';
import { addCamera, amendCamera } from '../cameras/cameras.ts';
import type { ApiDeps } from '../deps.ts';
import { presentCalibration, presentCamera } from '../present/camera.ts';
import { presentCameraFrame } from '../present/cameraFrame.ts';
import { presentSession } from '../present/captureSession.ts';
import { pages } from '../present/page.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { Camera, CameraChange, CameraCreate, CameraList, CameraQuery } from '../schemas/cameras.ts';
import { Uuid } from '../schemas/common.ts';

const One = z.object({ id: Uuid });

/** Cameras that are registered. */
export function cameraRoutes(deps: ApiDeps): Route[] {
  const { db, config, scheduler, dispatcher } = deps;
  const base = config.publicUrl ?? '';

  async function present(id: string): Promise<z.input<typeof Camera>> {
    const row: Row | null = await db.run((sql) => findCamera(sql, id));
    if (row === null) throw notFound('camera');
    const [session, frames, calibration] = await db.run((sql) =>
      Promise.all([
        row.currentSessionId === null ? null : findSession(sql, row.currentSessionId),
        pageFrames(sql, { cameraId: id }, { limit: 1 }),
        currentCalibration(sql, id),
      ]),
    );
    const [frame] = frames;
    return {
      ...presentCamera(row),
      current_session: session === null ? null : presentSession(session),
      last_frame: frame === undefined ? null : presentCameraFrame(frame, base),
      calibration: calibration === null ? null : presentCalibration(calibration),
    };
  }

  return [
    defineRoute({
      method: 'post',
      path: '/cameras',
      operationId: 'createCamera',
      summary: 'Register a camera',
      tag: 'cameras',
      needs: 'manager',
      body: CameraCreate,
      answers: { 201: { description: 'The camera', schema: Camera } },
      async handle({ body }, _req, res) {
        const id = await addCamera(deps, body);
        res
          .status(201)
          .location(`/cameras/${id}`)
          .json(await present(id));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/cameras',
      operationId: 'listCameras',
      summary: 'Cameras by name, those of a condition, or one by its camera_id',
      tag: 'cameras',
      needs: 'viewer',
      query: CameraQuery,
      answers: { 200: { description: 'One page', schema: CameraList } },
      async handle({ query }, _req, res) {
        const { cameras, total } = await db.run(async (sql) =>
          listCameras(
            sql,
            {
              tenantId: await readTenantId(sql, query.tenant_name ?? DEFAULT_TENANT),
              key: query.camera_id,
              text: query.q,
              enabled: query.enabled,
              condition: query.condition,
              unhealthy: query.unhealthy,
            },
            { limit: query.limit, offset: (query.page - 1) * query.limit },
          ),
        );
        res.json({
          cameras: cameras.map(presentCamera),
          count: cameras.length,
          ...pages(query, total),
        } satisfies z.input<typeof CameraList>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/cameras/{id}',
      operationId: 'getCamera',
      summary: 'One camera, with its session, its last frame and its calibration',
      tag: 'cameras',
      needs: 'viewer',
      params: One,
      answers: { 200: { description: 'The camera', schema: Camera } },
      async handle({ params }, _req, res) {
        res.json(await present(params.id));
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/cameras/{id}',
      operationId: 'changeCamera',
      summary: 'Change what is said of a camera; the rest stays, and sessions take it up',
      tag: 'cameras',
      needs: 'manager',
      params: One,
      body: CameraChange,
      answers: { 200: { description: 'The camera', schema: Camera } },
      async handle({ params, body }, _req, res) {
        await amendCamera(deps, params.id, body);
        res.json(await present(params.id));
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/cameras/{id}',
      operationId: 'deleteCamera',
      summary: 'Capture it no more; its frames stay',
      tag: 'cameras',
      needs: 'manager',
      params: One,
      answers: { 204: { description: 'Gone; its sessions end' } },
      async handle({ params }, _req, res) {
        if (!(await db.tx((tx) => removeCamera(tx, params.id)))) throw notFound('camera');
        scheduler.kick();
        dispatcher.kick();
        res.status(204).end();
      },
    }),
  ];
}
