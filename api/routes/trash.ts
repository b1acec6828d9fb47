import { z } from 'zod';
import { type AssetState, findAsset, listTrash } from '../../stores/library.ts';
import type { Sql } from '../../stores/postgres/database.ts';
import { findTenant } from '../../stores/tenants.ts';
import { restoreAssets, trashAssets, trashedThumb, whereabouts } from '../../stores/trash.ts';
import type { ApiDeps } from '../deps.ts';
import { expectedVersions } from '../http/versions.ts';
import { checkImage } from '../images/version.ts';
import { presentImage, presentTrashed } from '../present/asset.ts';
import { pages } from '../present/page.ts';
import { createPrivacyDesk, NOT_KEPT } from '../privacy.ts';
import { conflict, notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { Image } from '../schemas/assets.ts';
import { CatalogId, PageQuery } from '../schemas/common.ts';
import { Unblurred } from '../schemas/privacy.ts';
import { ImageIds, OfTenant, Trash, TrashedIds } from '../schemas/trash.ts';
import { sendObject } from '../sendObject.ts';

const OneImage = z.object({ id: CatalogId });
const GONE = 'There is no such image.';

/** Why an image in this state cannot be thrown away. */
function whyNotTrashed(state: AssetState): string {
  if (state === 'trashed') return 'It is in the trash already.';
  if (state === 'pending') return 'It is still being processed; try again in a moment.';
  return 'It never became a picture of the library, so there is nothing to throw away.';
}

/** Throwing pictures away, and taking them back. */
export function trashRoutes({ db, config, objects }: ApiDeps): Route[] {
  const base = config.publicUrl ?? '';
  const privacy = createPrivacyDesk(db);
  const small = { operationId: 'getTrashedThumb', tag: 'trash' } as const;

  /** `null`: of any tenant. */
  async function tenantOf(name: string | undefined): Promise<string | null> {
    if (name === undefined) return null;
    const tenant = await db.run((sql) => findTenant(sql, name));
    if (tenant === null) throw notFound('tenant');
    return tenant.id;
  }

  /** Changes what can be changed, tenant by tenant, and says why of the rest. */
  async function change(
    what: 'trash' | 'restore',
    ids: readonly number[],
    tenantId: string | null,
    check: (tx: Sql) => Promise<void> = async () => {},
  ): Promise<{ changed: number[]; unchanged: { id: number; state: AssetState | null }[] }> {
    return db.tx(async (tx) => {
      await check(tx);
      const found = await whereabouts(tx, ids, tenantId);
      const changed: number[] = [];
      for (const tenant of [...new Set(found.map((each) => each.tenantId))].sort()) {
        const own = found.filter((each) => each.tenantId === tenant).map(({ id }) => id);
        changed.push(
          ...(what === 'trash'
            ? await trashAssets(tx, tenant, own, { by: 'person' })
            : await restoreAssets(tx, tenant, own)),
        );
      }
      const states = new Map(found.map(({ id, state }) => [id, state]));
      const unchanged = [...new Set(ids)]
        .filter((id) => !changed.includes(id))
        .map((id) => ({ id, state: states.get(id) ?? null }));
      return { changed: changed.sort((a, b) => a - b), unchanged };
    });
  }

  const bulk = (what: 'trash' | 'restore', summary: string): Route =>
    defineRoute({
      method: 'post',
      path: `/images/${what}`,
      operationId: `${what}Images`,
      summary,
      tag: 'trash',
      needs: 'contributor',
      body: ImageIds,
      answers: { 200: { description: 'What was changed, and what was not', schema: TrashedIds } },
      async handle({ body }, _req, res) {
        const { changed, unchanged } = await change(what, body.ids, await tenantOf(body.tenant_name));
        res.json({
          ids: changed,
          count: changed.length,
          unchanged: unchanged.map(({ id, state }) => ({
            id,
            reason:
              state === null
                ? GONE
                : what === 'trash'
                  ? whyNotTrashed(state)
                  : state === 'ready'
                    ? 'It is not in the trash.'
                    : whyNotTrashed(state),
          })),
        } satisfies z.input<typeof TrashedIds>);
      },
    });

  return [
    bulk('trash', 'Put images into the trash'),
    bulk('restore', 'Take images out of the trash'),
    defineRoute({
      method: 'delete',
      path: '/images/{id}',
      operationId: 'trashImage',
      summary: 'Put an image into the trash, from where it can be restored',
      tag: 'trash',
      needs: 'contributor',
      params: OneImage,
      query: OfTenant,
      problems: [409],
      versioned: true,
      answers: { 204: { description: 'It is in the trash' } },
      async handle({ params, query }, req, res) {
        const { unchanged } = await change('trash', [params.id], await tenantOf(query.tenant_name), (tx) =>
          checkImage(tx, params.id, expectedVersions(req)),
        );
        const state = unchanged[0]?.state;
        if (state === null) throw notFound('image');
        if (state !== undefined && state !== 'trashed') throw conflict(whyNotTrashed(state));
        res.status(204).end();
      },
    }),
    defineRoute({
      method: 'post',
      path: '/images/{id}/restore',
      operationId: 'restoreImage',
      summary: 'Take an image out of the trash',
      tag: 'trash',
      needs: 'contributor',
      params: OneImage,
      query: OfTenant,
      answers: { 200: { description: 'The image', schema: Image } },
      async handle({ params, query }, _req, res) {
        const { unchanged } = await change('restore', [params.id], await tenantOf(query.tenant_name));
        const state = unchanged[0]?.state;
        const asset = state === null ? null : await db.run((sql) => findAsset(sql, params.id));
        if (asset === null) throw notFound('image');
        if (asset.state !== 'ready') throw conflict('It is not in the trash.');
        res.json(presentImage(asset, base) satisfies z.input<typeof Image>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/trash',
      operationId: 'listTrash',
      summary: 'What lies in the trash, the latest first',
      tag: 'trash',
      needs: 'viewer',
      query: PageQuery.extend(OfTenant.shape),
      answers: { 200: { description: 'One page', schema: Trash } },
      async handle({ query }, _req, res) {
        const tenantId = await tenantOf(query.tenant_name);
        const { assets, total } = await db.run((sql) =>
          listTrash(sql, { tenantId, limit: query.limit, offset: (query.page - 1) * query.limit }),
        );
        res.json({
          images: assets.map((asset) => presentTrashed(asset, base, config.purgeDays)),
          count: assets.length,
          ...pages(query, total),
        } satisfies z.input<typeof Trash>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/trash/{id}/thumb',
      ...small,
      summary: 'The small picture of an image in the trash',
      needs: 'viewer',
      viewable: true,
      params: OneImage,
      query: Unblurred,
      answers: {
        200: { description: 'The image', contentType: 'image/*' },
        206: { description: 'The part that was asked for', contentType: 'image/*' },
        304: { description: 'What the client has is what there is' },
      },
      problems: [416],
      async handle({ params: { id }, query: { unblurred } }, req, res) {
        const look = { unblurred, operation: small, req, res };
        if ((await db.run((sql) => findAsset(sql, id)))?.state !== 'trashed')
          throw notFound('image in the trash');
        const revealed = await privacy.rendition(id, look);
        const row = await db.run((sql) => trashedThumb(sql, id, revealed));
        // Nothing is made anew of what lies there: when what there is shows people, it is held back.
        if (row === null) await privacy.original([id], look);
        if (row === null) throw notFound('small picture');
        const { objectKey: key, bytes, mediaType, sha256, name: fileName } = row;
        const manner = {
          disposition: 'inline',
          cacheControl: revealed ? NOT_KEPT : 'private, no-cache',
        } as const;
        await sendObject(objects, { key, bytes, mediaType, sha256, fileName, ...manner }, req, res);
      },
    }),
  ];
}
