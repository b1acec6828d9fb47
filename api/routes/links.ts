import { z } from 'zod';
import { flyName } from '../../domain/fly.ts';
import { seekRendition } from '../../stores/renditions.ts';
import type { ApiDeps } from '../deps.ts';
import { createLinkSigner } from '../links/signer.ts';
import { conflict, notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { CatalogId } from '../schemas/common.ts';
import { Link, LinkRequest } from '../schemas/renditions.ts';

/** Links that are good for a while. */
export function linkRoutes({ db, config }: ApiDeps): Route[] {
  const signer = createLinkSigner(config.secrets.key, config.secrets.previous);
  return [
    defineRoute({
      method: 'post',
      path: '/images/{id}/links',
      operationId: 'createLink',
      summary: 'Sign a link to one rendition, good for a while for whoever has it',
      tag: 'library',
      needs: 'contributor',
      params: z.object({ id: CatalogId }),
      body: LinkRequest,
      answers: { 201: { description: 'The link', schema: Link } },
      async handle({ params, body }, _req, res) {
        if (!signer.able) throw conflict('Set SECRET_KEY; without it there is nothing to sign links with.');
        const { preset, expires_in, ...size } = body;
        // Any size can be had of a picture that can be had at all.
        const name = preset ?? flyName({ width: 1, height: 1, fit: 'inside', format: 'jpeg', quality: 1 });
        const known = await db.run((sql) => seekRendition(sql, params.id, name));
        if (known === null || preset?.startsWith('fly-')) {
          throw notFound('image that is ready, or no such preset for it');
        }
        const query = new URLSearchParams(
          Object.entries(size).map(([key, value]): [string, string] => [key, String(value)]),
        );
        const target =
          preset === undefined
            ? `/images/${params.id}/render?${query}`
            : `/images/${params.id}/renditions/${preset}`;
        const expiresAt = new Date(Math.floor(Date.now() / 1_000 + expires_in) * 1_000);
        res.status(201).json({
          url: `${config.publicUrl ?? ''}${signer.sign(target, expiresAt)}`,
          expires_at: expiresAt.toISOString(),
        } satisfies z.input<typeof Link>);
      },
    }),
  ];
}
