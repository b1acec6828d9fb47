import { z } from 'zod';
import { dismiss, takeBackDismissal } from '../../stores/duplicates/dismissals.ts';
import { listGroups } from '../../stores/duplicates/groups.ts';
import { similarTo } from '../../stores/duplicates/similar.ts';
import { findAsset, readyAssets } from '../../stores/library.ts';
import { findTenant } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { presentImage } from '../present/asset.ts';
import { presentGroup } from '../present/duplicates.ts';
import { pages } from '../present/page.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { CatalogId, Uuid } from '../schemas/common.ts';
import {
  Dismissal,
  DismissalInput,
  DuplicateList,
  DuplicatesQuery,
  SimilarList,
  SimilarQuery,
} from '../schemas/duplicates.ts';

/** Pictures that look alike. */
export function duplicateRoutes(deps: ApiDeps): Route[] {
  const { db, config } = deps;
  const base = config.publicUrl ?? '';
  return [
    defineRoute({
      method: 'get',
      path: '/images/{id}/similar',
      operationId: 'listSimilarImages',
      summary: 'Pictures that look like this one, most alike first',
      tag: 'duplicates',
      needs: 'viewer',
      params: z.object({ id: CatalogId }),
      query: SimilarQuery,
      answers: { 200: { description: 'Without itself', schema: SimilarList } },
      async handle({ params, query }, _req, res) {
        const asset = await db.run((sql) => findAsset(sql, params.id));
        if (asset?.state !== 'ready') throw notFound('image that is ready');
        const similar = await db.run((sql) => similarTo(sql, params.id, query));
        const distances = new Map(similar.map(({ id, distance }) => [id, distance]));
        const rows = await db.run((sql) =>
          readyAssets(
            sql,
            similar.map(({ id }) => id),
          ),
        );
        res.json({
          images: rows.map((row) => ({ ...presentImage(row, base), distance: distances.get(row.id) ?? 0 })),
          count: rows.length,
          distance: query.distance,
        } satisfies z.input<typeof SimilarList>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/duplicates',
      operationId: 'listDuplicates',
      summary: 'Groups of near-duplicates, with a suggestion which picture to keep',
      tag: 'duplicates',
      needs: 'viewer',
      query: DuplicatesQuery,
      answers: { 200: { description: 'One page', schema: DuplicateList } },
      async handle({ query }, _req, res) {
        const tenant = await db.run((sql) => findTenant(sql, query.tenant_name));
        const { groups, total } =
          tenant === null
            ? { groups: [], total: 0 }
            : await db.run((sql) =>
                listGroups(sql, {
                  tenantId: tenant.id,
                  within: query.distance,
                  limit: query.limit,
                  offset: (query.page - 1) * query.limit,
                }),
              );
        const ids = groups.flatMap(({ members }) => members.map(({ id }) => id));
        const rows = await db.run((sql) => readyAssets(sql, ids));
        const assets = new Map(rows.map((row) => [row.id, row]));
        const shown = groups.flatMap((group) => presentGroup(group, assets, base) ?? []);
        res.json({
          groups: shown,
          count: shown.length,
          distance: query.distance,
          ...pages(query, total),
        } satisfies z.input<typeof DuplicateList>);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/duplicates/dismissals',
      operationId: 'dismissDuplicates',
      summary:
        'Say that these are no duplicates of each other; their group is hidden until a new picture joins it',
      tag: 'duplicates',
      needs: 'contributor',
      body: DismissalInput,
      answers: { 201: { description: 'The dismissal', schema: Dismissal } },
      async handle({ body }, _req, res) {
        const rows = await db.run((sql) => readyAssets(sql, body.images));
        const tenants = new Set(rows.map(({ tenantId }) => tenantId));
        const [tenantId] = tenants;
        if (rows.length < body.images.length || tenantId === undefined || tenants.size > 1)
          throw notFound('set of images that are ready');
        const { id, assetIds, createdAt } = await db.run((sql) => dismiss(sql, tenantId, body.images));
        res.status(201).json({
          id,
          images: assetIds,
          created_at: createdAt.toISOString(),
        } satisfies z.input<typeof Dismissal>);
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/duplicates/dismissals/{id}',
      operationId: 'takeBackDismissal',
      summary: 'Show them as duplicates again',
      tag: 'duplicates',
      needs: 'contributor',
      params: z.object({ id: Uuid }),
      answers: { 204: { description: 'Gone' } },
      async handle({ params }, _req, res) {
        if (!(await db.run((sql) => takeBackDismissal(sql, params.id)))) throw notFound('dismissal');
        res.status(204).end();
      },
    }),
  ];
}
