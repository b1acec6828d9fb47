import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { z } from 'zod';
import {
  findAsset,
  findRendition,
  listAssets,
  referencesOf,
  renditionsOf,
  timelineOf,
} from '../../stores/library.ts';
import { originalKey } from '../../stores/objects/keys.ts';
import type { ApiDeps } from '../deps.ts';
import { presentAsset, presentImage } from '../present/asset.ts';
import { pages } from '../present/page.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { Asset, ImageList, Preset } from '../schemas/assets.ts';
import { CatalogId, PageQuery } from '../schemas/common.ts';

/** Long enough to begin a download. */
const REDIRECT_SECONDS = 300;

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
  const bytes = await deps.objects.read(object.key, range).catch((error: unknown) => {
    // The headers speak of bytes that do not come; a cache must not keep what is said instead.
    for (const name of ['ETag', 'Cache-Control', 'Content-Range', 'Content-Disposition'])
      res.removeHeader(name);
    throw error;
  });
  await pipeline(bytes, res).catch((error: NodeJS.ErrnoException) => {
    // The client went away; there is nobody to tell.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}

/** What is in the library. */
export function assetRoutes(deps: ApiDeps): Route[] {
  const { db, config, objects } = deps;
  const base = config.publicUrl ?? '';
  return [
    defineRoute({
      method: 'get',
      path: '/images',
      operationId: 'listImages',
      summary: 'Pictures that are ready, newest first',
      tag: 'library',
      query: PageQuery.extend({ source: z.string().max(100).optional() }),
      answers: { 200: { description: 'One page', schema: ImageList } },
      async handle({ query }, _req, res) {
        const { assets, total } = await db.run((sql) =>
          listAssets(sql, {
            source: query.source ?? null,
            limit: query.limit,
            offset: (query.page - 1) * query.limit,
          }),
        );
        res.json({
          images: assets.map((asset) => presentImage(asset, base)),
          count: assets.length,
          ...pages(query, total),
        } satisfies z.input<typeof ImageList>);
      },
    }),
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
            timelineOf(sql, asset.id),
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
      answers: {
        200: { description: 'The original', contentType: 'application/octet-stream' },
        302: { description: 'Where the store gives it out itself, for five minutes (S3_REDIRECT_DOWNLOADS)' },
      },
      async handle({ params }, req, res) {
        const asset = await db.run((sql) => findAsset(sql, params.id));
        if (asset === null || asset.state !== 'ready') throw notFound('asset');
        const key = originalKey(asset.tenantId, asset.uid);
        // The address is good for GET alone.
        if (config.storage.redirectDownloads && objects.direct !== undefined && req.method === 'GET') {
          const how = { seconds: REDIRECT_SECONDS, contentType: asset.mediaType, fileName: asset.name };
          res.set('Cache-Control', 'no-store');
          res.redirect(302, objects.direct.presignGet(key, how));
          return;
        }
        await sendObject(deps, { ...asset, key, fileName: asset.name }, req, res);
      },
    }),
  ];
}
