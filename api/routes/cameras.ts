import type { Response } from 'express';
import { z } from 'zod';
import { currentCalibration } from '../../stores/cameras/calibrations.ts';
import {
  findCamera,
  listCameras,
  lockCamera,
  type Camera as Row,
  removeCamera,
} from '../../stores/cameras/cameras.ts';
import { pageFrames } from '../../stores/cameras/frames.ts';
import { findSession } from '../../stores/cameras/sessions.ts';
import type { Sql } from '../../stores/postgres/database.ts';
import { DEFAULT_TENANT, readTenantId } from '../../stores/tenants.ts';
import { addCamera, amendCamera } from '../cameras/cameras.ts';
import type { ApiDeps } from '../deps.ts';
import { checkVersion, expectedVersions, sendVersioned } from '../http/versions.ts';
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

  async function find(sql: Sql, id: string): Promise<Row> {
    const row = await findCamera(sql, id);
    if (row === null) throw notFound('camera');
    return row;
  }

  async function send(id: string, res: Response): Promise<void> {
    const row = await db.run((sql) => find(sql, id));
    sendVersioned(res, row.revision, await present(row));
  }

  async function present(row: Row): Promise<z.input<typeof Camera>> {
    const { id } = row;
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
        await send(id, res.status(201).location(`/cameras/${id}`));
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
      versioned: true,
      answers: { 200: { description: 'The camera', schema: Camera } },
      async handle({ params }, _req, res) {
        await send(params.id, res);
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
      versioned: true,
      problems: [409],
      answers: { 200: { description: 'The camera', schema: Camera } },
      async handle({ params, body }, req, res) {
        await amendCamera(deps, params.id, body, expectedVersions(req));
        await send(params.id, res);
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
      versioned: true,
      answers: { 204: { description: 'Gone; its sessions end' } },
      async handle({ params }, req, res) {
        await db.tx(async (tx) => {
          await lockCamera(tx, params.id);
          checkVersion(expectedVersions(req), (await find(tx, params.id)).revision);
          await removeCamera(tx, params.id);
        });
        scheduler.kick();
        dispatcher.kick();
        res.status(204).end();
      },
    }),
  ];
}
