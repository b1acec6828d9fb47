import { z } from 'zod';
import { setFocalPoint } from '../../stores/focalPoint.ts';
import type { ApiDeps } from '../deps.ts';
import { expectedVersions, sendVersioned } from '../http/versions.ts';
import { checkImage, readImageVersion } from '../images/version.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { FocalPoint } from '../schemas/assets.ts';
import { CatalogId } from '../schemas/common.ts';
import { AssetChange } from '../schemas/renditions.ts';

/** What a person says of an image. */
export function focalPointRoutes({ db, dispatcher }: ApiDeps): Route[] {
  return [
    defineRoute({
      method: 'patch',
      path: '/images/{id}',
      operationId: 'changeImage',
      summary: 'Say where the eye should go: covering renditions are cut around it, and made anew',
      tag: 'library',
      needs: 'contributor',
      params: z.object({ id: CatalogId }),
      body: AssetChange,
      versioned: true,
      answers: {
        200: {
          description: 'What is so now',
          schema: z.object({ id: z.int(), focal_point: FocalPoint.nullable() }).meta({ id: 'ImageChange' }),
        },
      },
      async handle({ params, body }, req, res) {
        // What three decimals of a share cannot say, nobody can see.
        const focal =
          body.focal_point === null
            ? null
            : { x: rounded(body.focal_point.x), y: rounded(body.focal_point.y) };
        const version = await db.tx(async (tx) => {
          await checkImage(tx, params.id, expectedVersions(req));
          const done = await setFocalPoint(tx, params.id, focal);
          return done ? readImageVersion(tx, params.id) : null;
        });
        if (version === null) throw notFound('image that is ready');
        dispatcher.kick();
        sendVersioned(res, version, { id: params.id, focal_point: focal });
      },
    }),
  ];
}

const rounded = (share: number): number => Math.round(share * 1_000) / 1_000;
