import { z } from 'zod';
import { type MergeResult, mergeAssets } from '../../stores/duplicates/merge.ts';
import { keptBy, listMerges } from '../../stores/duplicates/merges.ts';
import { undoMerge } from '../../stores/duplicates/undoMerge.ts';
import { regroupAround } from '../../stores/sequences/regroupAround.ts';
import { findTenant } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { presentMerge } from '../present/duplicates.ts';
import { pages } from '../present/page.ts';
import { conflict, notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { Uuid } from '../schemas/common.ts';
import { Merge, MergeInput, MergeList, TenantQuery, UndoneMerge } from '../schemas/duplicates.ts';

/** Why an image cannot take part in a merge, for a person. */
function unfit({ assets }: Extract<MergeResult, { kind: 'not-ready' }>): string {
  const reasons = assets.map(({ id, state, mergedInto }) => {
    if (mergedInto !== null) return `image ${id} was merged into image ${mergedInto} meanwhile`;
    return state === 'trashed' ? `image ${id} is in the trash` : `image ${id} is not ready`;
  });
  return `Nothing was changed: ${reasons.join(', ')}. Look at the group again.`;
}

/** Merging near-duplicates, and taking that back. */
export function mergeRoutes(deps: ApiDeps): Route[] {
  const { db } = deps;
  return [
    defineRoute({
      method: 'post',
      path: '/duplicates/merge',
      operationId: 'mergeDuplicates',
      summary: 'Keep one picture, put the others into the trash, and take over what the kept one lacks',
      tag: 'duplicates',
      needs: 'contributor',
      body: MergeInput,
      answers: { 201: { description: 'The merge, which can be undone', schema: Merge } },
      async handle({ body }, _req, res) {
        const result = await regroupAround(db, [body.keep], () =>
          db.tx((tx) => mergeAssets(tx, { keep: body.keep, remove: body.remove, choices: body.metadata })),
        );
        if (result.kind === 'missing') throw notFound(`image: ${result.ids.join(', ')}`);
        if (result.kind === 'not-ready') throw conflict(unfit(result));
        res.status(201).json(presentMerge(result.merge));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/duplicates/merges',
      operationId: 'listMerges',
      summary: 'What was merged, newest first',
      tag: 'duplicates',
      needs: 'viewer',
      query: TenantQuery,
      answers: { 200: { description: 'One page', schema: MergeList } },
      async handle({ query }, _req, res) {
        const tenant = await db.run((sql) => findTenant(sql, query.tenant_name));
        const { merges, total } =
          tenant === null
            ? { merges: [], total: 0 }
            : await db.run((sql) =>
                listMerges(sql, {
                  tenantId: tenant.id,
                  limit: query.limit,
                  offset: (query.page - 1) * query.limit,
                }),
              );
        res.json({
          merges: merges.map(presentMerge),
          count: merges.length,
          ...pages(query, total),
        } satisfies z.input<typeof MergeList>);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/duplicates/merges/{id}/undo',
      operationId: 'undoMerge',
      summary: 'Put back what a merge did, but for what somebody changed since',
      tag: 'duplicates',
      needs: 'contributor',
      params: z.object({ id: Uuid }),
      answers: { 200: { description: 'What was put back', schema: UndoneMerge } },
      async handle({ params }, _req, res) {
        const keep = await db.run((sql) => keptBy(sql, params.id));
        const result = await regroupAround(db, keep, () => db.tx((tx) => undoMerge(tx, params.id)));
        if (result.kind === 'missing') throw notFound('merge');
        if (result.kind === 'undone-before')
          throw conflict(`This merge was undone at ${result.at.toISOString()}.`);
        res.json({
          merge_id: params.id,
          keep: result.keep,
          restored: result.restored,
          not_restored: result.notRestored,
          reverted: result.reverted,
          changed_since: result.changedSince,
        } satisfies z.input<typeof UndoneMerge>);
      },
    }),
  ];
}
