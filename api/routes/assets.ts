import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { findAsset, findRendition, referencesOf, renditionsOf } from '../../stores/library.ts';
import { originalKey } from '../../stores/objects/keys.ts';
import { eventsOf } from '../../stores/timeline.ts';
import type { ApiDeps } from '../deps.ts';
import { presentAsset } from '../present/asset.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { Asset, Preset } from '../schemas/assets.ts';
import { CatalogId } from '../schemas/common.ts';

const OneAsset = z.object({ id: CatalogId });

/** Bytes of an image with everything a cache and a browser need to treat them right. */
async function sendObject(
  deps: ApiDeps,
  object: { key: string; bytes: number; mediaType: string; sha256: string; fileName?: string },
  req: Request,
  res: Response,
): Promise<void> {
  res.set({
    'Content-Type': object.mediaType,
    ETag: `"${object.sha256}"`,
    'Cache-Control': 'private, max-age=86400',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cross-Origin-Resource-Policy': 'cross-origin',
  });
  // Bytes from outside are never shown in place, whatever they claim to be.
  if (object.fileName !== undefined) res.attachment(object.fileName).type(object.mediaType);
  if (req.fresh) {
    res.status(304).end();
    return;
  }
  res.set('Accept-Ranges', 'bytes');
  const ranges = req.range(object.bytes, { combine: true });
  const range =
    Array.isArray(ranges) && ranges.type === 'bytes' && ranges.length === 1 ? ranges[0] : undefined;
  if (ranges === -1) {
    res.status(416).set('Content-Range', `bytes */${object.bytes}`).end();
    return;
  }
  if (range !== undefined) {
    res.status(206).set('Content-Range', `bytes ${range.start}-${range.end}/${object.bytes}`);
  }
  res.set('Content-Length', String(range === undefined ? object.bytes : range.end - range.start + 1));
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  await pipeline(await deps.objects.read(object.key, range), res).catch((error: NodeJS.ErrnoException) => {
    // The client went away; there is nobody to tell.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}

/** One asset, and its bytes. */
export function assetRoutes(deps: ApiDeps): Route[] {
  const { db, config } = deps;
  const base = config.publicUrl ?? '';
  return [
    defineRoute({
      method: 'get',
      path: '/retrieve/asset/{id}',
      operationId: 'retrieveAsset',
      summary: 'Everything known of one asset',
      tag: 'library',
      params: OneAsset,
      answers: { 200: { description: 'The asset', schema: Asset } },
      async handle({ params }, _req, res) {
        const asset = await db.run((sql) => findAsset(sql, params.id));
        if (asset === null) throw notFound('asset');
        const [renditions, references, timeline] = await db.run((sql) =>
          Promise.all([
            renditionsOf(sql, [asset.id]),
            referencesOf(sql, asset.id),
            eventsOf(sql, { assetId: asset.id }, { limit: 500, offset: 0 }),
          ]),
        );
        res.json(
          presentAsset(asset, { renditions, references, timeline }, base) satisfies z.input<typeof Asset>,
        );
      },
    }),
    defineRoute({
      method: 'get',
      path: '/retrieve/rendition/{id}/{preset}',
      operationId: 'retrieveRendition',
      summary: 'The bytes of one rendition',
      tag: 'library',
      params: OneAsset.extend({ preset: z.string().max(64) }),
      answers: { 200: { description: 'A JPEG', contentType: 'image/jpeg' } },
      async handle({ params }, req, res) {
        const preset = Preset.safeParse(params.preset);
        const rendition = preset.success
          ? await db.run((sql) => findRendition(sql, params.id, preset.data))
          : null;
        if (rendition === null) throw notFound('rendition; presets are zoom, card and thumb');
        await sendObject(deps, { ...rendition, key: rendition.objectKey }, req, res);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/retrieve/original/{id}',
      operationId: 'retrieveOriginal',
      summary: 'The bytes as they came, for download',
      tag: 'library',
      params: OneAsset,
      answers: { 200: { description: 'The original', contentType: 'application/octet-stream' } },
      async handle({ params }, req, res) {
        const asset = await db.run((sql) => findAsset(sql, params.id));
        if (asset === null || asset.state !== 'ready') throw notFound('asset');
        const key = originalKey(asset.tenantId, asset.uid);
        await sendObject(deps, { ...asset, key, fileName: asset.name }, req, res);
      },
    }),
  ];
}
