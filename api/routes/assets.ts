import { z } from 'zod';
import { captureOf } from '../../stores/cameras/frames.ts';
import { humanBoxes, machineBoxes, shownBoxes } from '../../stores/detection/boxes.ts';
import { wholePictures } from '../../stores/detection/names.ts';
import { findAsset, referencesOf, renditionsOf } from '../../stores/library.ts';
import { originalKey } from '../../stores/objects/keys.ts';
import { eventsOf } from '../../stores/timeline.ts';
import type { ApiDeps } from '../deps.ts';
import { sendVersioned } from '../http/versions.ts';
import { imageVersion } from '../images/version.ts';
import { presentAsset } from '../present/asset.ts';
import { createPrivacyDesk, NOT_KEPT } from '../privacy.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { Asset } from '../schemas/assets.ts';
import { CatalogId } from '../schemas/common.ts';
import { AssetQuery } from '../schemas/detections.ts';
import { Unblurred } from '../schemas/privacy.ts';
import { PRIVATE, sendObject } from '../sendObject.ts';

/** Long enough to begin a download. */
const REDIRECT_SECONDS = 300;

const OneAsset = z.object({ id: CatalogId });

/** One asset, and its original. */
export function assetRoutes(deps: ApiDeps): Route[] {
  const { db, config, objects } = deps;
  const base = config.publicUrl ?? '';
  const privacy = createPrivacyDesk(db);
  const one = (path: string, operationId: string): Route =>
    defineRoute({
      method: 'get',
      path,
      operationId,
      summary: 'Everything known of one asset',
      tag: 'library',
      needs: 'viewer',
      params: OneAsset,
      query: AssetQuery,
      versioned: true,
      answers: { 200: { description: 'The asset', schema: Asset } },
      async handle({ params, query }, _req, res) {
        const asset = await db.run((sql) => findAsset(sql, params.id));
        if (asset === null) throw notFound('asset');
        const [renditions, references, timeline, machine, human, capture, whole] = await db.run((sql) =>
          Promise.all([
            renditionsOf(sql, [asset.id]),
            referencesOf(sql, asset.id),
            eventsOf(sql, { assetId: asset.id }, { limit: 500, offset: 0 }),
            machineBoxes(sql, [asset.id], 'current'),
            humanBoxes(sql, [asset.id]),
            captureOf(sql, asset.id),
            wholePictures(sql, asset.id),
          ]),
        );
        const boxes = shownBoxes(machine, human, asset.nothingHere, query.min_confidence ?? null);
        sendVersioned(
          res,
          imageVersion(asset, human),
          presentAsset(
            asset,
            { renditions, references, timeline, boxes, capture, whole },
            base,
          ) satisfies z.input<typeof Asset>,
        );
      },
    });

  const original = { operationId: 'retrieveOriginal', tag: 'library' } as const;

  return [
    one('/retrieve/asset/{id}', 'retrieveAsset'),
    one('/images/{id}', 'getImage'),
    defineRoute({
      method: 'get',
      path: '/retrieve/original/{id}',
      ...original,
      summary: 'The bytes as they came, for download',
      needs: 'viewer',
      viewable: true,
      params: OneAsset,
      query: Unblurred,
      problems: [416],
      answers: {
        200: { description: 'The original', contentType: 'image/*' },
        206: { description: 'The part that was asked for', contentType: 'image/*' },
        304: { description: 'What the client has is what there is' },
        302: { description: 'Where the store gives it out itself, for five minutes (S3_REDIRECT_DOWNLOADS)' },
      },
      async handle({ params, query }, req, res) {
        const asset = await db.run((sql) => findAsset(sql, params.id));
        if (asset === null || asset.state !== 'ready') throw notFound('asset');
        const revealed = await privacy.original([asset.id], { ...query, operation: original, req, res });
        const key = originalKey(asset.tenantId, asset.uid);
        // The address is good for GET alone.
        if (config.storage.redirectDownloads && objects.direct !== undefined && req.method === 'GET') {
          const how = { seconds: REDIRECT_SECONDS, contentType: asset.mediaType, fileName: asset.name };
          res.set('Cache-Control', 'no-store');
          // No body: Express would write the address, which opens the file, into a page.
          res.status(302).location(objects.direct.presignGet(key, how)).end();
          return;
        }
        const how = {
          fileName: asset.name,
          disposition: 'attachment',
          cacheControl: revealed ? NOT_KEPT : PRIVATE,
        } as const;
        await sendObject(objects, { ...asset, key, ...how }, req, res);
      },
    }),
  ];
}
