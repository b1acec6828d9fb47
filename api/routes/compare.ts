import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type { Comparison as Compared } from '../../domain/comparison.ts';
import type { AssetRow } from '../../stores/library.ts';
import { differenceKey, originalKey } from '../../stores/objects/keys.ts';
import { assetToCompare, compare, withObject } from '../compare/compare.ts';
import type { ApiDeps } from '../deps.ts';
import { presentComparison } from '../present/comparison.ts';
import { createPrivacyDesk, NOT_KEPT } from '../privacy.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { CompareForm, Comparison, DifferenceQuery, OneAsset, TwoAssets } from '../schemas/compare.ts';
import { receivePicture } from '../upload/oneFile.ts';
import type { SpooledFile } from '../upload/spool.ts';

/** How much two pictures differ. */
export function compareRoutes(deps: ApiDeps): Route[] {
  const { objects } = deps;
  const privacy = createPrivacyDesk(deps.db);
  const receiveFile = receivePicture(deps);

  async function two({ a, b }: { a: number; b: number }) {
    const [first, second] = await Promise.all([assetToCompare(deps, a), assetToCompare(deps, b)]);
    if (first.tenantId !== second.tenantId) throw notFound('image');
    return { first, second };
  }

  async function compareWithFile(asset: AssetRow, file: SpooledFile): Promise<Compared> {
    const id = randomUUID();
    const key = originalKey(asset.tenantId, id);
    return withObject(deps, asset.tenantId, key, async () => {
      // Through the object store, because the worker may be on another machine.
      await objects.putFile(key, file.path, file.mediaType);
      return compare(deps, { asset: asset.id, other: { comparison: id }, difference: null }, id);
    });
  }

  const drawing = { operationId: 'drawDifference', tag: 'compare' } as const;

  return [
    defineRoute({
      method: 'post',
      path: '/compare/{id}',
      operationId: 'compareWithFile',
      summary: 'Compare an asset with a file, which is not kept',
      tag: 'compare',
      needs: 'viewer',
      params: OneAsset,
      multipart: CompareForm,
      problems: [409],
      answers: { 200: { description: 'The difference, for each preset', schema: Comparison } },
      async handle({ params }, req, res) {
        const file = await receiveFile(req, res);
        try {
          const asset = await assetToCompare(deps, params.id);
          const compared =
            file.sha256 === asset.sha256
              ? // The asset's own bytes. Its renditions may have come from a larger decode than this one would.
                await compare(deps, { asset: asset.id, other: { asset: asset.id }, difference: null })
              : await compareWithFile(asset, file);
          res.json(presentComparison(asset.id, compared));
        } finally {
          await rm(file.path, { force: true });
        }
      },
    }),
    defineRoute({
      method: 'get',
      path: '/compare/{a}/{b}',
      operationId: 'compareAssets',
      summary: 'Compare two assets; the second is brought to the size of the first',
      tag: 'compare',
      needs: 'viewer',
      params: TwoAssets,
      problems: [409],
      answers: { 200: { description: 'The difference, for each preset', schema: Comparison } },
      async handle({ params }, _req, res) {
        const { first, second } = await two(params);
        const request = { asset: first.id, other: { asset: second.id }, difference: null };
        res.json(presentComparison(first.id, await compare(deps, request)));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/compare/{a}/{b}/diff.png',
      ...drawing,
      summary: 'A picture of where two assets differ: in red, over the first one in pale',
      needs: 'viewer',
      viewable: true,
      params: TwoAssets,
      query: DifferenceQuery,
      problems: [409],
      answers: {
        200: { description: 'A PNG', contentType: 'image/png' },
        304: { description: 'What the client has is what there is' },
      },
      async handle({ params, query }, req, res) {
        const { first, second } = await two(params);
        const look = { unblurred: query.unblurred, operation: drawing, req, res };
        const revealed = await privacy.original([first.id, second.id], look);
        const caching = {
          ETag: `"${first.sha256}-${second.sha256}-${query.preset}"`,
          'Cache-Control': revealed ? NOT_KEPT : 'private, max-age=86400',
        };
        if (req.headers['if-none-match'] === caching.ETag) {
          res.status(304).set(caching).end();
          return;
        }
        const id = randomUUID();
        const key = differenceKey(first.tenantId, id);
        const drawn = await withObject(deps, first.tenantId, key, async () => {
          const difference = { preset: query.preset, comparison: id };
          await compare(deps, { asset: first.id, other: { asset: second.id }, difference }, id);
          // No larger than a zoom, and the object is gone in a moment.
          return buffer(await objects.read(key));
        });
        res.set(caching).type('png').send(drawn);
      },
    }),
  ];
}
