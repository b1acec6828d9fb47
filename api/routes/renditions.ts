import type { Request, Response } from 'express';
import { z } from 'zod';
import { isFlyName, openName } from '../../domain/fly.ts';
import type { RenditionRow } from '../../stores/library.ts';
import { findByContent, type Sought, touch } from '../../stores/renditions.ts';
import { principalOf } from '../access/principal.ts';
import type { ApiDeps } from '../deps.ts';
import { Signature, signedFor } from '../links/signed.ts';
import { createLinkSigner } from '../links/signer.ts';
import { createPrivacyDesk, type Look, NOT_KEPT } from '../privacy.ts';
import { notFound } from '../problem.ts';
import { createRenditionDesk } from '../renditions/desk.ts';
import { flyNameOf } from '../renditions/fly.ts';
import { defineRoute, type Route } from '../route.ts';
import { CatalogId } from '../schemas/common.ts';
import { Unblurred } from '../schemas/privacy.ts';
import { RenderQuery } from '../schemas/renditions.ts';
import { FOR_EVER, PRIVATE, sendObject } from '../sendObject.ts';

const ByPreset = z.object({ id: CatalogId, preset: z.string().max(64) });
const IMAGE = { description: 'The image', contentType: 'image/*' };
/** Of bytes that may be asked for in part, or only if they changed. */
const BYTES = {
  200: IMAGE,
  206: { description: 'The part that was asked for', contentType: 'image/*' },
  304: { description: 'What the client has is what there is' },
} as const;

/** Bytes of renditions, made when they are not there yet. */
export function renditionRoutes(deps: ApiDeps): Route[] {
  const { db, objects, config } = deps;
  const desk = createRenditionDesk(db, deps.workflows);
  const privacy = createPrivacyDesk(db);
  const signer = createLinkSigner(config.secrets.key, config.secrets.previous);
  const guard = (req: Request): void => void signedFor(signer, req);

  async function send(
    { sought, row }: { sought: Sought; row: RenditionRow },
    revealed: boolean,
    req: Request,
    res: Response,
  ): Promise<void> {
    const left = signedFor(signer, req);
    // People may have to be hidden from one moment to the next: caches ask each time.
    const kept = left === null ? PRIVATE : `public, max-age=${left}`;
    const cacheControl = revealed ? NOT_KEPT : sought.asset.people ? 'private, no-cache' : kept;
    await sendObject(objects, sent(row, sought.asset.name, cacheControl), req, res);
  }

  /** Sends what is there by a name, or what it shows to whoever may see people. */
  async function sendNamed(name: string, look: Look & { id: number }): Promise<void> {
    const { id, req, res } = look;
    const revealed = await privacy.rendition(id, look);
    const got = await desk.get(id, revealed ? openName(name) : name);
    if (isFlyName(got.row.preset)) await db.run((sql) => touch(sql, id, got.row.preset));
    await send(got, revealed, req, res);
  }

  const byPreset = (path: string, operationId: string, summary: string): Route =>
    defineRoute({
      method: 'get',
      path,
      operationId,
      summary,
      tag: 'library',
      needs: 'viewer',
      viewable: true,
      signable: true,
      params: ByPreset,
      query: Signature.extend(Unblurred.shape),
      answers: BYTES,
      problems: [416, 422],
      guard,
      async handle({ params, query }, req, res) {
        // Names that say a recipe are for /render, which knows what may be asked for.
        if (params.preset.startsWith('fly-')) throw notFound('rendition; GET /presets lists what there is');
        const operation = { operationId, tag: 'library' };
        await sendNamed(params.preset, { ...params, unblurred: query.unblurred, operation, req, res });
      },
    });

  const rendering = { operationId: 'renderImage', tag: 'library' } as const;

  return [
    byPreset('/retrieve/rendition/{id}/{preset}', 'retrieveRendition', 'The bytes of one rendition'),
    byPreset('/images/{id}/renditions/{preset}', 'getRendition', 'The same, among our own paths'),
    defineRoute({
      method: 'get',
      path: '/images/{id}/render',
      ...rendering,
      summary: 'The image in a size of your own, made on the fly and kept for a while',
      needs: 'viewer',
      viewable: true,
      signable: true,
      params: z.object({ id: CatalogId }),
      query: RenderQuery.extend(Signature.shape).extend(Unblurred.shape),
      answers: BYTES,
      problems: [416, 422],
      guard,
      async handle({ params, query }, req, res) {
        if (query.format === 'auto') res.vary('Accept');
        const name = flyNameOf(query, signedFor(signer, req) !== null, req);
        await sendNamed(name, { ...params, unblurred: query.unblurred, operation: rendering, req, res });
      },
    }),
    defineRoute({
      method: 'get',
      path: '/i/{uid}/{file}',
      operationId: 'getByContent',
      summary: 'A rendition by its content: the answer never changes and may be kept for ever',
      tag: 'library',
      needs: 'viewer',
      viewable: true,
      params: z.object({
        uid: z.uuid().toLowerCase(),
        file: z.string().regex(/^[0-9a-f]{64}\.[a-z0-9]{3,4}$/),
      }),
      answers: BYTES,
      problems: [416],
      async handle({ params }, req, res) {
        const [sha256 = '', extension] = params.file.split('.');
        const row = await db.run((sql) => findByContent(sql, params.uid, sha256));
        if (row === null || !row.objectKey.endsWith(`.${extension}`)) throw notFound('rendition');
        // What takes a sign-in must not lie in caches that others are served from.
        const cacheControl =
          principalOf(res)?.kind === 'local' ? FOR_EVER : FOR_EVER.replace('public', 'private');
        await sendObject(objects, sent(row, `image-${row.assetId}`, cacheControl), req, res);
      },
    }),
  ];
}

/** A name for who saves it: the original's, with what it is made to. */
function sent(row: RenditionRow, name: string, cacheControl: string) {
  const stem = name.replace(/^.*[/\\]/, '').replace(/\.[^.]*$/, '');
  const extension = row.objectKey.slice(row.objectKey.lastIndexOf('.') + 1);
  return {
    ...{ key: row.objectKey, bytes: row.bytes, mediaType: row.mediaType, sha256: row.sha256, cacheControl },
    fileName: `${stem}-${row.preset}.${extension}`,
    disposition: 'inline' as const,
  };
}
