import { z } from 'zod';
import { viewImport } from '../../stores/imports.ts';
import { findAsset } from '../../stores/library.ts';
import { countEvents, eventsOf, type Subject } from '../../stores/timeline.ts';
import type { ApiDeps } from '../deps.ts';
import { pages } from '../present/page.ts';
import { presentEvent } from '../present/timeline.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { Timeline } from '../schemas/assets.ts';
import { CatalogId, PageQuery, Uuid } from '../schemas/common.ts';

const TimelineQuery = PageQuery.extend({ limit: z.coerce.number().int().min(1).max(100).default(100) });

/** What happened to an image or an import, when and why. */
export function timelineRoutes({ db }: ApiDeps): Route[] {
  async function timeline(subject: Subject, query: { page: number; limit: number }) {
    const [events, total] = await db.run((sql) =>
      Promise.all([
        eventsOf(sql, subject, { limit: query.limit, offset: (query.page - 1) * query.limit }),
        countEvents(sql, subject),
      ]),
    );
    return {
      events: events.map(presentEvent),
      count: events.length,
      ...pages(query, total),
    } satisfies z.input<typeof Timeline>;
  }

  return [
    defineRoute({
      method: 'get',
      path: '/images/{id}/timeline',
      operationId: 'getImageTimeline',
      summary: 'Every step, try and wait of one image',
      tag: 'library',
      needs: 'viewer',
      params: z.object({ id: CatalogId }),
      query: TimelineQuery,
      answers: { 200: { description: 'One page, the first event first', schema: Timeline } },
      async handle({ params, query }, _req, res) {
        if ((await db.run((sql) => findAsset(sql, params.id))) === null) throw notFound('image');
        res.json(await timeline({ assetId: params.id }, query));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/imports/{id}/timeline',
      operationId: 'getImportTimeline',
      summary: 'Every step, try and wait of an import and its files',
      tag: 'imports',
      needs: 'viewer',
      params: z.object({ id: Uuid }),
      query: TimelineQuery.extend({
        items: z
          .enum(['true', 'false'])
          .default('true')
          .meta({ description: '`false`: only what happened to the import as a whole' }),
      }),
      answers: { 200: { description: 'One page, the first event first', schema: Timeline } },
      async handle({ params, query }, _req, res) {
        if ((await db.run((sql) => viewImport(sql, params.id))) === null) throw notFound('import');
        res.json(await timeline({ importId: params.id, items: query.items === 'true' }, query));
      },
    }),
  ];
}
