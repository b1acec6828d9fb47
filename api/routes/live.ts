import type { Request, Response } from 'express';
import { z } from 'zod';
import { type FeedCursor, type FeedKind, parseCursor } from '../../domain/feed.ts';
import { findCamera } from '../../stores/cameras/cameras.ts';
import type { FeedFilter } from '../../stores/feed/read.ts';
import { viewImport } from '../../stores/imports.ts';
import { tenantName } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { follow } from '../live/follow.ts';
import { openingOf } from '../live/importViews.ts';
import { openEventStream, untilGone } from '../live/sse.ts';
import type { FeedMessage } from '../present/feed.ts';
import { presentImport, type TemporalUi } from '../present/import.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { Uuid } from '../schemas/common.ts';
import { FeedEvent, FeedQuery, FeedResume, kindsOf } from '../schemas/feed.ts';

const One = z.object({ id: Uuid });
const FINISHED = new Set(['completed', 'failed', 'cancelled']);
const ENDS: ReadonlySet<FeedKind> = new Set(['import.completed', 'import.failed', 'import.cancelled']);

/** An id that this server gave to nobody: whoever sends it is told that it is too old. */
const NOWHERE: FeedCursor = { position: Number.MAX_SAFE_INTEGER, index: 0 };

/** Where a client that comes back goes on; `null`: it comes for the first time. A browser says it in a header. */
function resumeAt(req: Request, after: string | undefined): FeedCursor | null {
  const text = req.get('last-event-id') || after;
  return text === undefined ? null : (parseCursor(text) ?? NOWHERE);
}

const patterns = (kinds: readonly string[] | undefined): FeedKind[] | undefined => kinds?.flatMap(kindsOf);

const STREAM = {
  200: {
    description:
      'Server-sent events, each named by its type with the event as data. A comment and an id come every 15 seconds ' +
      'when nothing happens. `feed.expired` says that events are missing',
    contentType: 'text/event-stream',
    schema: FeedEvent,
  },
};

/** What happens, while it happens: server-sent events with a place to go on from. */
export function liveRoutes(deps: ApiDeps): Route[] {
  const { db, live, config, log } = deps;
  const ui: TemporalUi = { url: config.temporal.uiUrl, namespace: config.temporal.namespace };

  async function stream(
    req: Request,
    res: Response,
    filter: FeedFilter,
    resume: FeedCursor | null,
    isLast?: (message: FeedMessage) => boolean,
    first?: (cursor: FeedCursor) => Promise<FeedMessage | null>,
  ): Promise<void> {
    const leave = live.seats.take(req.ip);
    res.once('close', leave);
    const signal = untilGone(res, live.stopped);
    const begin = resume ?? (await live.head());
    const opening = resume === null ? ((await first?.(begin)) ?? null) : null;
    const sink = openEventStream(res, begin);
    try {
      if (opening !== null) sink.send(opening);
      const over = opening !== null && isLast?.(opening) === true;
      const end = over ? 'over' : await follow(live.open(filter, begin), sink, signal, isLast);
      // What is still in its way is not waited for: it comes back to where it was.
      if (end === 'slow') res.destroy();
      else res.end();
    } catch (error) {
      log.warn({ err: error }, 'a stream of events broke off');
      res.destroy();
    }
  }

  return [
    defineRoute({
      method: 'get',
      path: '/events',
      operationId: 'watchAll',
      summary: 'What goes on, as server-sent events',
      tag: 'live',
      needs: 'viewer',
      viewable: true,
      query: FeedQuery,
      answers: STREAM,
      async handle({ query }, req, res) {
        const { tenant_name, import_id, camera_id, kinds, after } = query;
        const filter: FeedFilter = {
          tenantName: tenant_name,
          importId: import_id,
          cameraId: camera_id,
          kinds: patterns(kinds),
        };
        await stream(req, res, filter, resumeAt(req, after));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/imports/{id}/events',
      operationId: 'watchImport',
      summary: 'What goes on in one import, as server-sent events that end with it',
      tag: 'live',
      needs: 'viewer',
      viewable: true,
      params: One,
      query: FeedResume,
      answers: { ...STREAM, 204: { description: 'It is over, and you have seen all of it' } },
      async handle({ params, query }, req, res) {
        const view = await db.run((sql) => viewImport(sql, params.id));
        if (view === null) throw notFound('import');
        const filter = { importId: params.id, kinds: patterns(query.kinds) };
        const resume = resumeAt(req, query.after);
        if (resume !== null && FINISHED.has(view.state)) {
          // A browser comes back to what has ended unless it is told not to.
          const page = await live.open(filter, resume).next(0, live.stopped);
          if (page.messages.length === 0 && !page.expired) {
            res.status(204).end();
            return;
          }
        }
        const tenant = await db.run((sql) => tenantName(sql, view.tenantId));
        const opening = async (cursor: FeedCursor): Promise<FeedMessage | null> => {
          const now = await db.run((sql) => viewImport(sql, params.id));
          return now === null ? null : openingOf(now, presentImport(now, ui), cursor, tenant);
        };
        await stream(req, res, filter, resume, ({ kind }) => ENDS.has(kind), opening);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/cameras/{id}/events',
      operationId: 'watchCameraEvents',
      summary: 'What goes on with one camera, as server-sent events',
      tag: 'live',
      needs: 'viewer',
      viewable: true,
      params: One,
      query: FeedResume,
      answers: STREAM,
      async handle({ params, query }, req, res) {
        if ((await db.run((sql) => findCamera(sql, params.id))) === null) throw notFound('camera');
        const filter = { cameraId: params.id, kinds: patterns(query.kinds) };
        await stream(req, res, filter, resumeAt(req, query.after));
      },
    }),
  ];
}
