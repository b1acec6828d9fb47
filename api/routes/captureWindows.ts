import type { Request } from 'express';
import { z } from 'zod';
import { needsSun, parseWindowEnd } from '../../domain/captureWindow.ts';
import { type Camera, findCamera } from '../../stores/cameras/cameras.ts';
import {
  changeWindow,
  createWindow,
  findWindow,
  listWindows,
  type CaptureWindow as Row,
  removeWindow,
  type WindowInput,
} from '../../stores/cameras/windows.ts';
import { lockRow } from '../../stores/lockRow.ts';
import type { Sql } from '../../stores/postgres/database.ts';
import { orderOf } from '../cameras/order.ts';
import type { ApiDeps } from '../deps.ts';
import { checkVersion, expectedVersions, sendVersioned, versionOf } from '../http/versions.ts';
import { presentWindow } from '../present/captureWindow.ts';
import { notFound, wrong } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import {
  CaptureWindow,
  CaptureWindowChange,
  CaptureWindowCreate,
  CaptureWindowList,
} from '../schemas/captureWindows.ts';
import { Uuid } from '../schemas/common.ts';

const OfCamera = z.object({ id: Uuid });
const One = OfCamera.extend({ window_id: Uuid });

/** @throws Problem 422: nobody knows where the sun is over a camera without a position */
function checkSun(camera: Camera, { fromSpec, toSpec }: Pick<WindowInput, 'fromSpec' | 'toSpec'>): void {
  if (camera.latitude !== null && camera.longitude !== null) return;
  for (const [field, spec] of [
    ['from', fromSpec],
    ['to', toSpec],
  ] as const) {
    const end = parseWindowEnd(spec);
    if (end !== null && needsSun(end))
      throw wrong(field, 'needs to know where the camera is: give it latitude and longitude first');
  }
}

/** Of what people say of a window: its row is also counted up when the camera moves. */
const versionOfWindow = ({ name, fromSpec, toSpec, days, order, enabled }: Row): string =>
  versionOf({ name, fromSpec, toSpec, days, order, enabled });

/** Sessions that begin and end by the clock or the sun. */
export function captureWindowRoutes({ db, scheduler }: ApiDeps): Route[] {
  async function find(sql: Sql, id: string): Promise<Camera> {
    const camera = await findCamera(sql, id);
    if (camera === null) throw notFound('camera');
    return camera;
  }

  async function findOne(sql: Sql, params: z.output<typeof One>): Promise<{ camera: Camera; row: Row }> {
    const camera = await find(sql, params.id);
    const row = await findWindow(sql, params.window_id);
    if (row === null || row.cameraId !== camera.id) throw notFound('window');
    return { camera, row };
  }

  /** Holds a window that is about to be changed. @throws Problem 404, 412 */
  async function holdOne(tx: Sql, params: z.output<typeof One>, req: Request) {
    await lockRow(tx, 'capture_windows', params.window_id);
    const found = await findOne(tx, params);
    checkVersion(expectedVersions(req), versionOfWindow(found.row));
    return found;
  }

  return [
    defineRoute({
      method: 'post',
      path: '/cameras/{id}/windows',
      operationId: 'createCaptureWindow',
      summary: 'Capture at certain times of the day; begins at once when it is one of them',
      tag: 'capture',
      needs: 'manager',
      params: OfCamera,
      body: CaptureWindowCreate,
      answers: { 201: { description: 'The window', schema: CaptureWindow } },
      async handle({ params, body }, _req, res) {
        const { camera, row } = await db.tx(async (tx) => {
          const found = await find(tx, params.id);
          const input = { ...body, fromSpec: body.from, toSpec: body.to, order: orderOf(body.order) };
          checkSun(found, input);
          return { camera: found, row: await createWindow(tx, found, input) };
        });
        scheduler.kick();
        res.status(201).location(`/cameras/${camera.id}/windows/${row.id}`).json(presentWindow(row, camera));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/cameras/{id}/windows',
      operationId: 'listCaptureWindows',
      summary: 'The windows of a camera',
      tag: 'capture',
      needs: 'viewer',
      params: OfCamera,
      answers: { 200: { description: 'All of them', schema: CaptureWindowList } },
      async handle({ params }, _req, res) {
        const [camera, rows] = await db.run((sql) =>
          Promise.all([find(sql, params.id), listWindows(sql, params.id)]),
        );
        res.json({
          windows: rows.map((row) => presentWindow(row, camera)),
          count: rows.length,
        } satisfies z.input<typeof CaptureWindowList>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/cameras/{id}/windows/{window_id}',
      operationId: 'getCaptureWindow',
      summary: 'One window',
      tag: 'capture',
      needs: 'viewer',
      params: One,
      versioned: true,
      answers: { 200: { description: 'The window', schema: CaptureWindow } },
      async handle({ params }, _req, res) {
        const { camera, row } = await db.run((sql) => findOne(sql, params));
        sendVersioned(res, versionOfWindow(row), presentWindow(row, camera));
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/cameras/{id}/windows/{window_id}',
      operationId: 'changeCaptureWindow',
      summary: 'Change a window; a session that it began goes on as it is',
      tag: 'capture',
      needs: 'manager',
      params: One,
      body: CaptureWindowChange,
      versioned: true,
      answers: { 200: { description: 'The window', schema: CaptureWindow } },
      async handle({ params, body }, req, res) {
        const { camera, row } = await db.tx(async (tx) => {
          const before = await holdOne(tx, params, req);
          const input: WindowInput = {
            name: body.name ?? before.row.name,
            fromSpec: body.from ?? before.row.fromSpec,
            toSpec: body.to ?? before.row.toSpec,
            days: body.days ?? before.row.days,
            order: body.order === undefined ? before.row.order : orderOf(body.order),
            enabled: body.enabled ?? before.row.enabled,
          };
          checkSun(before.camera, input);
          const changed = await changeWindow(tx, params.window_id, input);
          if (changed === null) throw notFound('window');
          return { camera: before.camera, row: changed };
        });
        scheduler.kick();
        sendVersioned(res, versionOfWindow(row), presentWindow(row, camera));
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/cameras/{id}/windows/{window_id}',
      operationId: 'deleteCaptureWindow',
      summary: 'Delete a window; a session that it began goes on to its end',
      tag: 'capture',
      needs: 'manager',
      params: One,
      versioned: true,
      answers: { 204: { description: 'Gone' } },
      async handle({ params }, req, res) {
        await db.tx(async (tx) => {
          await holdOne(tx, params, req);
          await removeWindow(tx, params.id, params.window_id);
        });
        scheduler.kick();
        res.status(204).end();
      },
    }),
  ];
}
