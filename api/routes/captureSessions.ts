import type { Response } from 'express';
import { z } from 'zod';
import { ENDED_STATES, SESSION_STATES, type SessionWanted } from '../../domain/camera.ts';
import { findFormerCamera } from '../../stores/cameras/cameras.ts';
import { listSessions, setWanted } from '../../stores/cameras/sessions.ts';
import { orderOf } from '../cameras/order.ts';
import {
  amendSession,
  beginSession,
  readSession,
  sessionEnded,
  sessionVersion,
} from '../cameras/sessions.ts';
import type { ApiDeps } from '../deps.ts';
import { expectedVersions, sendVersioned } from '../http/versions.ts';
import { presentSession } from '../present/captureSession.ts';
import { pages } from '../present/page.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { CaptureOrderInput } from '../schemas/captureOrders.ts';
import { CaptureSession, CaptureSessionList, SessionQuery } from '../schemas/captureSessions.ts';
import { Uuid } from '../schemas/common.ts';

const One = z.object({ id: Uuid });

const OPEN_STATES = SESSION_STATES.filter((state) => !(ENDED_STATES as readonly string[]).includes(state));

const CONTROLS = [
  { name: 'pause', wanted: 'paused', summary: 'Let go of the camera until it is resumed' },
  { name: 'resume', wanted: 'run', summary: 'Go on, or try again at once; also ends a wait for help' },
  { name: 'stop', wanted: 'stopped', summary: 'End the session; what was captured is kept' },
] as const satisfies readonly { name: string; wanted: SessionWanted; summary: string }[];

/** Capturing, one session at a time. */
export function captureSessionRoutes(deps: ApiDeps): Route[] {
  const { db, dispatcher } = deps;

  async function send(id: string, res: Response): Promise<void> {
    const row = await readSession(deps, id);
    sendVersioned(res, sessionVersion(row), presentSession(row));
  }

  return [
    defineRoute({
      method: 'post',
      path: '/cameras/{id}/sessions',
      operationId: 'beginCapture',
      summary: 'Begin to capture; what is not said, the defaults of the camera say',
      tag: 'capture',
      needs: 'contributor',
      params: One,
      body: CaptureOrderInput,
      answers: { 202: { description: 'The session', schema: CaptureSession } },
      async handle({ params, body }, _req, res) {
        const id = await beginSession(deps, params.id, orderOf(body));
        res
          .status(202)
          .location(`/capture/sessions/${id}`)
          .json(presentSession(await readSession(deps, id)));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/cameras/{id}/sessions',
      operationId: 'listCaptureSessions',
      summary: 'The sessions of a camera, newest first',
      tag: 'capture',
      needs: 'viewer',
      params: One,
      query: SessionQuery,
      answers: { 200: { description: 'One page', schema: CaptureSessionList } },
      async handle({ params, query }, _req, res) {
        const { state } = query;
        const states = state === undefined ? undefined : state === 'open' ? OPEN_STATES : [state];
        const { sessions, total } = await db.run(async (sql) => {
          if ((await findFormerCamera(sql, params.id)) === null) throw notFound('camera');
          const page = { limit: query.limit, offset: (query.page - 1) * query.limit };
          return listSessions(sql, { cameraId: params.id, states }, page);
        });
        res.json({
          sessions: sessions.map(presentSession),
          count: sessions.length,
          ...pages(query, total),
        } satisfies z.input<typeof CaptureSessionList>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/capture/sessions/{id}',
      operationId: 'getCaptureSession',
      summary: 'One session',
      tag: 'capture',
      needs: 'viewer',
      params: One,
      versioned: true,
      answers: { 200: { description: 'The session', schema: CaptureSession } },
      async handle({ params }, _req, res) {
        await send(params.id, res);
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/capture/sessions/{id}',
      operationId: 'changeCaptureSession',
      summary: 'Go on by another order, within seconds',
      tag: 'capture',
      needs: 'contributor',
      params: One,
      body: CaptureOrderInput,
      versioned: true,
      answers: { 200: { description: 'The session', schema: CaptureSession } },
      async handle({ params, body }, req, res) {
        await amendSession(deps, params.id, orderOf(body), expectedVersions(req));
        await send(params.id, res);
      },
    }),
    ...CONTROLS.map(({ name, wanted, summary }) =>
      defineRoute({
        method: 'post',
        path: `/capture/sessions/{id}/${name}`,
        operationId: `${name}CaptureSession`,
        summary,
        tag: 'capture',
        needs: 'contributor',
        params: One,
        answers: {
          202: {
            description: 'The session; `wanted` is what was asked for, `state` follows',
            schema: CaptureSession,
          },
        },
        async handle({ params }, _req, res) {
          const before = await readSession(deps, params.id);
          const done = await db.tx((tx) => setWanted(tx, params.id, wanted));
          // Ended already is what stopping is for.
          if (!done && (wanted !== 'stopped' || before.endedAt === null)) throw sessionEnded();
          dispatcher.kick();
          res.status(202).json(presentSession(await readSession(deps, params.id)));
        },
      }),
    ),
  ];
}
