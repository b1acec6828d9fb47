import type { Request } from 'express';
import { z } from 'zod';
import { type Camera, findFormerCamera } from '../../stores/cameras/cameras.ts';
import { type FrameFilter, pageFrames } from '../../stores/cameras/frames.ts';
import { type GapFilter, pageGaps, readSighting } from '../../stores/cameras/gaps.ts';
import { frameLines, gapLines } from '../cameras/ledger.ts';
import { readPlace, writePlace } from '../cameras/place.ts';
import type { ApiDeps } from '../deps.ts';
import { sendLines } from '../lines.ts';
import { presentCameraFrame, presentGap, presentSighting } from '../present/cameraFrame.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { CameraFrameList, CameraGapList, FrameQuery, GapQuery } from '../schemas/cameraFrames.ts';
import { Uuid } from '../schemas/common.ts';

const One = z.object({ id: Uuid });
const CSV = 'text/csv; charset=utf-8';

const wantsCsv = (req: Request, format: 'json' | 'csv' | undefined): boolean =>
  format === undefined ? req.accepts(['application/json', 'text/csv']) === 'text/csv' : format === 'csv';

/** What of a page comes after it. */
function nextOf<T extends { id: string }>(rows: readonly T[], limit: number, at: (row: T) => Date) {
  const last = rows.at(-1);
  return rows.length < limit || last === undefined ? null : writePlace(at(last), last.id);
}

/** When a camera was seen, and when it was not. A camera that was deleted keeps both. */
export function cameraLedgerRoutes({ db, config }: ApiDeps): Route[] {
  const base = config.publicUrl ?? '';

  async function find(id: string): Promise<Camera> {
    const camera = await db.run((sql) => findFormerCamera(sql, id));
    if (camera === null) throw notFound('camera');
    return camera;
  }

  return [
    defineRoute({
      method: 'get',
      path: '/cameras/{id}/frames',
      operationId: 'listCameraFrames',
      summary: 'Frames of a camera, newest first, as a page or all of them as CSV',
      tag: 'cameras',
      needs: 'viewer',
      params: One,
      query: FrameQuery,
      answers: { 200: { description: 'One page', schema: CameraFrameList, also: ['text/csv'] } },
      async handle({ params, query }, req, res) {
        const camera = await find(params.id);
        const { from, to, flags, limit, cursor } = query;
        const filter: FrameFilter = {
          cameraId: camera.id,
          sessionId: query.session_id,
          from,
          to,
          flags: flags === undefined ? undefined : flags === 'none' ? [] : flags.split(','),
        };
        res.vary('Accept');
        if (wantsCsv(req, query.format)) {
          await sendLines(res, frameLines(db, filter, base), { type: CSV, fileName: 'frames.csv' });
          return;
        }
        const place = cursor === undefined ? undefined : readPlace(cursor);
        const after = place && { capturedAt: place.at, id: place.id };
        const rows = await db.run((sql) => pageFrames(sql, filter, { limit, after }));
        res.json({
          frames: rows.map((row) => presentCameraFrame(row, base)),
          count: rows.length,
          next_cursor: nextOf(rows, limit, (row) => row.capturedAt),
        } satisfies z.input<typeof CameraFrameList>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/cameras/{id}/gaps',
      operationId: 'listCameraGaps',
      summary: 'When a camera was not seen that should have been, and for how much of the time',
      tag: 'cameras',
      needs: 'viewer',
      params: One,
      query: GapQuery,
      answers: { 200: { description: 'One page', schema: CameraGapList, also: ['text/csv'] } },
      async handle({ params, query }, req, res) {
        const camera = await find(params.id);
        const { from, to, open, limit, cursor } = query;
        const filter: GapFilter = { cameraId: camera.id, from, to, open, sessionId: query.session_id };
        res.vary('Accept');
        if (wantsCsv(req, query.format)) {
          await sendLines(res, gapLines(db, filter), { type: CSV, fileName: 'gaps.csv' });
          return;
        }
        const place = cursor === undefined ? undefined : readPlace(cursor);
        const after = place && { fromAt: place.at, id: place.id };
        const now = new Date();
        // Nothing is known of what is to come, and nothing was asked for before it was there.
        const end = to === undefined || to > now ? now : to;
        const start = new Date(Math.min((from ?? camera.createdAt).getTime(), end.getTime()));
        const [rows, sighting] = await db.run((sql) =>
          Promise.all([
            pageGaps(sql, filter, { limit, after }),
            readSighting(sql, camera.id, { from: start, to: end }),
          ]),
        );
        res.json({
          gaps: rows.map((row) => presentGap(row, now)),
          count: rows.length,
          next_cursor: nextOf(rows, limit, (row) => row.fromAt),
          totals: presentSighting(sighting),
        } satisfies z.input<typeof CameraGapList>);
      },
    }),
  ];
}
