import { z } from 'zod';
import { addCalibration, currentCalibration, listCalibrations } from '../../stores/cameras/calibrations.ts';
import { findCamera, lockCamera } from '../../stores/cameras/cameras.ts';
import type { Sql } from '../../stores/postgres/database.ts';
import type { ApiDeps } from '../deps.ts';
import { checkVersion, expectedVersions, sendVersioned } from '../http/versions.ts';
import { presentCalibration } from '../present/camera.ts';
import { pages } from '../present/page.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { Calibration, CalibrationInput, CalibrationList } from '../schemas/calibrations.ts';
import { PageQuery, Uuid } from '../schemas/common.ts';

const One = z.object({ id: Uuid });

/** How cameras depict the world. A calibration is never changed: a new one takes its place for the frames to come. */
export function calibrationRoutes({ db }: ApiDeps): Route[] {
  async function find(sql: Sql, id: string) {
    const camera = await findCamera(sql, id);
    if (camera === null) throw notFound('camera');
    return camera;
  }

  return [
    defineRoute({
      method: 'get',
      path: '/cameras/{id}/calibration',
      operationId: 'getCalibration',
      summary: 'The calibration that holds',
      tag: 'cameras',
      needs: 'viewer',
      params: One,
      versioned: true,
      answers: { 200: { description: 'Its newest version', schema: Calibration } },
      async handle({ params }, _req, res) {
        const found = await db.run(async (sql) => currentCalibration(sql, (await find(sql, params.id)).id));
        if (found === null) throw notFound('calibration');
        sendVersioned(res, found.version, presentCalibration(found));
      },
    }),
    defineRoute({
      method: 'put',
      path: '/cameras/{id}/calibration',
      operationId: 'putCalibration',
      summary: 'Calibrate the camera from now on; frames keep the version that held when they were taken',
      tag: 'cameras',
      needs: 'manager',
      params: One,
      body: CalibrationInput,
      versioned: true,
      answers: { 200: { description: 'The new version', schema: Calibration } },
      async handle({ params, body }, req, res) {
        const made = await db.tx(async (tx) => {
          await lockCamera(tx, params.id);
          const camera = await find(tx, params.id);
          // Before the first one there is none to be expected.
          checkVersion(expectedVersions(req), (await currentCalibration(tx, camera.id))?.version ?? 0);
          return addCalibration(tx, camera, {
            intrinsics: body.intrinsics,
            distortion: body.distortion,
            extrinsics: body.extrinsics,
            note: body.note,
          });
        });
        sendVersioned(res, made.version, presentCalibration(made));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/cameras/{id}/calibrations',
      operationId: 'listCalibrations',
      summary: 'All versions, newest first',
      tag: 'cameras',
      needs: 'viewer',
      params: One,
      query: PageQuery,
      answers: { 200: { description: 'One page', schema: CalibrationList } },
      async handle({ params, query }, _req, res) {
        const { calibrations, total } = await db.run(async (sql) =>
          listCalibrations(sql, (await find(sql, params.id)).id, {
            limit: query.limit,
            offset: (query.page - 1) * query.limit,
          }),
        );
        res.json({
          calibrations: calibrations.map(presentCalibration),
          count: calibrations.length,
          ...pages(query, total),
        } satisfies z.input<typeof CalibrationList>);
      },
    }),
  ];
}
