import { z } from 'zod';
import type { Sql } from '../../stores/postgres/database.ts';
import { type Approved, approvePurge, askUndo, type Loss } from '../../stores/purging/approval.ts';
import { listedImages } from '../../stores/purging/listed.ts';
import {
  findPurge,
  freezeManifest,
  listPurges,
  type Purge as PurgeRow,
} from '../../stores/purging/manifest.ts';
import { findTenant } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { presentImage, trashedThumbUrl } from '../present/asset.ts';
import { pages } from '../present/page.ts';
import { presentPurge } from '../present/purge.ts';
import { conflict, notFound, Problem } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { PageQuery, Uuid } from '../schemas/common.ts';
import { Purge, PurgeApproval, PurgeCreate, PurgeImages, PurgeList, PurgeQuery } from '../schemas/purges.ts';
import { OfTenant } from '../schemas/trash.ts';

/** How long a frozen list can be approved. */
const EXPIRES_IN_MINUTES = 60;

const OnePurge = z.object({ id: Uuid });

function tooMuch(losses: readonly Loss[]): Problem {
  const [first] = losses;
  return new Problem({
    status: 409,
    code: 'purge_takes_most',
    title: 'Most of what a tenant has would go',
    detail:
      `${first?.assets} of the ${first?.ofAssets} images of "${first?.tenant}" would go` +
      `${losses.length > 1 ? `, and most of ${losses.length - 1} other tenants` : ''}. ` +
      'If that is what you want, say it again with even_if_most.',
  });
}

/** @throws Problem */
function refuse(outcome: Approved | null): void {
  if (outcome === null) throw notFound('purge');
  if (outcome.kind === 'not-listed') throw conflict(`The purge was approved before; it is ${outcome.state}.`);
  if (outcome.kind === 'expired')
    throw conflict('The list is too old to be approved. Make a new one and look at it again.');
  if (outcome.kind === 'too-much') throw tooMuch(outcome.losses);
}

/** Deleting for good: list, approve, undo. */
export function purgeRoutes({ db, config, dispatcher }: ApiDeps): Route[] {
  const base = config.publicUrl ?? '';
  async function freeze(
    tx: Sql,
    wanted: { days?: number | undefined; trashed_only: boolean; tenant_name?: string | undefined },
  ): Promise<PurgeRow> {
    const tenant = wanted.tenant_name === undefined ? null : await findTenant(tx, wanted.tenant_name);
    if (tenant === null && wanted.tenant_name !== undefined) throw notFound('tenant');
    const id = await freezeManifest(tx, {
      tenantId: tenant?.id ?? null,
      days: wanted.days ?? config.purgeDays,
      trashedOnly: wanted.trashed_only,
      askedBy: 'person',
      expiresInMinutes: EXPIRES_IN_MINUTES,
    });
    return find(tx, id);
  }

  async function find(sql: Sql, id: string): Promise<PurgeRow> {
    const purge = await findPurge(sql, id);
    if (purge === null) throw notFound('purge');
    return purge;
  }

  return [
    defineRoute({
      method: 'post',
      path: '/purge/',
      operationId: 'purge',
      summary: 'List what a purge would take (dry_run), or start it at once',
      tag: 'trash',
      needs: 'manager',
      query: PurgeQuery,
      answers: {
        200: { description: 'What would go; it can be approved under /purges', schema: Purge },
        202: { description: 'It goes; until `undo_until` it can be undone', schema: Purge },
      },
      async handle({ query }, _req, res) {
        const purge = await db.tx(async (tx) => {
          const listed = await freeze(tx, query);
          if (query.dry_run) return listed;
          // What can be undone need not be said twice.
          const most = config.purgeUndoHours > 0 || query.even_if_most ? null : config.purgeMost;
          refuse(await approvePurge(tx, listed.id, { undoHours: config.purgeUndoHours, most }));
          return find(tx, listed.id);
        });
        if (!query.dry_run) {
          dispatcher.kick();
          res.status(202).location(`/purges/${purge.id}`);
        }
        res.json(presentPurge(purge) satisfies z.input<typeof Purge>);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/purges',
      operationId: 'createPurge',
      summary: 'Freeze a list of what would go; nothing happens until it is approved',
      tag: 'trash',
      needs: 'manager',
      body: PurgeCreate,
      answers: { 201: { description: 'The list', schema: Purge } },
      async handle({ body }, _req, res) {
        const purge = await db.tx((tx) => freeze(tx, body));
        res.status(201).location(`/purges/${purge.id}`).json(presentPurge(purge));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/purges',
      operationId: 'listPurges',
      summary: 'Purges, newest first',
      tag: 'trash',
      needs: 'viewer',
      query: PageQuery.extend(OfTenant.shape),
      answers: { 200: { description: 'One page', schema: PurgeList } },
      async handle({ query }, _req, res) {
        const { purges, total } = await db.run(async (sql) => {
          const tenant = query.tenant_name === undefined ? null : await findTenant(sql, query.tenant_name);
          if (tenant === null && query.tenant_name !== undefined) throw notFound('tenant');
          const { page, limit } = query;
          return listPurges(sql, { tenantId: tenant?.id ?? null, limit, offset: (page - 1) * limit });
        });
        res.json({
          purges: purges.map(presentPurge),
          count: purges.length,
          ...pages(query, total),
        } satisfies z.input<typeof PurgeList>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/purges/{id}',
      operationId: 'getPurge',
      summary: 'One purge, with its progress and, at the end, its report',
      tag: 'trash',
      needs: 'viewer',
      params: OnePurge,
      answers: { 200: { description: 'The purge', schema: Purge } },
      async handle({ params }, _req, res) {
        res.json(presentPurge(await db.run((sql) => find(sql, params.id))));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/purges/{id}/images',
      operationId: 'listPurgeImages',
      summary: 'What a purge takes, as far as it is still there',
      tag: 'trash',
      needs: 'viewer',
      params: OnePurge,
      query: PageQuery,
      answers: { 200: { description: 'One page', schema: PurgeImages } },
      async handle({ params, query }, _req, res) {
        const { page, limit } = query;
        const { images, total } = await db.run(async (sql) => {
          const { id: purgeId } = await find(sql, params.id);
          return listedImages(sql, { purgeId, limit, offset: (page - 1) * limit });
        });
        res.json({
          images: images.map((row) => ({
            ...presentImage(row, base),
            ...(row.state === 'trashed' && { thumb_url: trashedThumbUrl(row.id, base) }),
            purge_bytes: row.purgeBytes,
          })),
          count: images.length,
          ...pages(query, total),
        } satisfies z.input<typeof PurgeImages>);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/purges/{id}/approve',
      operationId: 'approvePurge',
      summary: 'Let a listed purge go ahead, exactly as it was listed',
      tag: 'trash',
      needs: 'manager',
      params: OnePurge,
      body: PurgeApproval,
      answers: { 202: { description: 'It goes; until `undo_until` it can be undone', schema: Purge } },
      async handle({ params, body }, _req, res) {
        const purge = await db.tx(async (tx) => {
          const listed = await find(tx, params.id);
          if (listed.digest !== body.digest)
            throw conflict('This is not the digest of this purge. Look at what it lists, and approve that.');
          if (body.confirm_count !== undefined && body.confirm_count !== listed.assets)
            throw conflict(`The purge takes ${listed.assets} images, not ${body.confirm_count}.`);
          const undoHours = body.skip_undo ? 0 : config.purgeUndoHours;
          const most = body.even_if_most ? null : config.purgeMost;
          refuse(await approvePurge(tx, listed.id, { undoHours, most }));
          return find(tx, listed.id);
        });
        dispatcher.kick();
        res.status(202).json(presentPurge(purge));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/purges/{id}/undo',
      operationId: 'undoPurge',
      summary: 'Put everything back, as long as nothing was deleted',
      tag: 'trash',
      needs: 'manager',
      params: OnePurge,
      answers: { 202: { description: 'It is being put back', schema: Purge } },
      async handle({ params }, _req, res) {
        const purge = await db.tx(async (tx) => {
          const { state } = await find(tx, params.id);
          if (!(await askUndo(tx, params.id)))
            throw conflict(
              state === 'listed'
                ? 'It was never approved; there is nothing to undo.'
                : 'It is too late to undo this purge.',
            );
          return find(tx, params.id);
        });
        dispatcher.kick();
        res.status(202).json(presentPurge(purge));
      },
    }),
  ];
}
