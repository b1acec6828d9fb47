import { createSession, type Session } from 'better-sse';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { isHandedIn } from '../../domain/import.ts';
import { viewImport } from '../../stores/imports.ts';
import { countReady } from '../../stores/library.ts';
import { DEFAULT_TENANT } from '../../stores/tenants.ts';
import { namingOf } from '../access/gate.ts';
import type { ApiDeps } from '../deps.ts';
import { presentImport, type TemporalUi } from '../present/import.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { Uuid } from '../schemas/common.ts';

const FINISHED = new Set(['completed', 'failed', 'cancelled']);

/** Server-sent events, fed by the database's notifications. */
export function liveRoutes(deps: ApiDeps): Route[] {
  const { db, live, config, log } = deps;
  const ui: TemporalUi = { url: config.temporal.uiUrl, namespace: config.temporal.namespace };

  /** Runs `send` for each change, one after the other, until the client goes. */
  async function stream(
    req: Request,
    res: Response,
    send: (session: Session, importId: string) => Promise<void>,
    importId?: string,
  ): Promise<Session> {
    const session = await createSession(req, res, { retry: 2_000, keepAlive: 15_000 });
    const waiting = new Set<string>();
    let sending = false;
    const pump = async (): Promise<void> => {
      if (sending) return;
      sending = true;
      for (const id of waiting) {
        waiting.delete(id);
        if (!session.isConnected) break;
        await send(session, id).catch((error: unknown) => log.warn({ err: error }, 'live update not sent'));
      }
      sending = false;
    };
    const stop = live.watch((id) => {
      waiting.add(id);
      void pump();
    }, importId);
    session.on('disconnected', stop);
    return session;
  }

  return [
    defineRoute({
      method: 'get',
      path: '/imports/{id}/events',
      operationId: 'watchImport',
      summary: 'Progress of one import as server-sent events',
      tag: 'live',
      needs: 'viewer',
      viewable: true,
      params: z.object({ id: Uuid }),
      answers: { 200: { description: 'Events named `progress`', contentType: 'text/event-stream' } },
      async handle({ params }, req, res) {
        if ((await db.run((sql) => viewImport(sql, params.id))) === null) throw notFound('import');
        const send = async (session: Session, id: string): Promise<void> => {
          const view = await db.run((sql) => viewImport(sql, id));
          if (view === null) return;
          session.push(presentImport(view, ui), 'progress');
          if (FINISHED.has(view.state)) res.end();
        };
        await send(await stream(req, res, send, params.id), params.id);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/events',
      operationId: 'watchAll',
      summary: 'What goes on, as server-sent events',
      tag: 'live',
      needs: 'viewer',
      viewable: true,
      answers: {
        200: { description: 'Events named `import` and `images`', contentType: 'text/event-stream' },
      },
      async handle(_input, req, res) {
        const tenant = namingOf(res)?.home ?? DEFAULT_TENANT;
        const total = async (session: Session): Promise<void> => {
          session.push({ total: await db.run((sql) => countReady(sql, tenant)) }, 'images');
        };
        const send = async (session: Session, id: string): Promise<void> => {
          const view = await db.run((sql) => viewImport(sql, id));
          // Of somebody else, who is nobody's business.
          if (view === null) return;
          if (!isHandedIn(view.kind)) session.push(presentImport(view, ui), 'import');
          await total(session);
        };
        await total(await stream(req, res, send));
      },
    }),
  ];
}
