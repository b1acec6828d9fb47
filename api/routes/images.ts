import type { z } from 'zod';
import { type Facet, facetOf } from '../../stores/finding/facets.ts';
import { asking, countImages, estimateImages, findImages } from '../../stores/finding/find.ts';
import type { Place } from '../../stores/finding/order.ts';
import { outlineImages } from '../../stores/finding/outline.ts';
import { placesOf } from '../../stores/finding/places.ts';
import type { ApiDeps } from '../deps.ts';
import { readCursor, writeCursor } from '../images/cursor.ts';
import { sendExport } from '../images/export.ts';
import { filterOf, orderOf } from '../images/filter.ts';
import { presentImage } from '../present/asset.ts';
import { EVERYBODY } from '../present/position.ts';
import { badRequest } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { ImageList } from '../schemas/assets.ts';
import {
  FacetList,
  FacetQuery,
  ImageExportQuery,
  ImageListQuery,
  ImageOutline,
  ImagePlaces,
  OutlineQuery,
  PlaceQuery,
} from '../schemas/images.ts';

const COUNTS = {
  exact: countImages,
  estimate: estimateImages,
  none: async () => null,
} as const;

/** Finding images: lists, what they are made of, and all of them as a file. */
export function imageRoutes(deps: ApiDeps): Route[] {
  const { db, config } = deps;
  const base = config.publicUrl ?? '';
  return [
    defineRoute({
      method: 'get',
      path: '/images',
      operationId: 'listImages',
      summary: 'Images that fit the filters; those that are ready, newest first, when there are none',
      tag: 'library',
      needs: 'viewer',
      query: ImageListQuery,
      answers: { 200: { description: 'One page', schema: ImageList } },
      async handle({ query }, req, res) {
        if (query.cursor !== undefined && query.page !== undefined) {
          throw badRequest('page_and_cursor', 'Give a page or a cursor, not both.');
        }
        const filter = await filterOf(deps, query);
        const order = orderOf(query.sort);
        const after = query.cursor === undefined ? null : readCursor(order, filter, query.cursor);
        const page = query.cursor === undefined ? (query.page ?? 1) : null;
        const count = query.count ?? (page === null ? 'none' : 'exact');
        const from = page === null ? { after } : { offset: (page - 1) * query.limit };
        const { found, total } = await asking(db, async (tx) => ({
          found: await findImages(tx, { filter, order, limit: query.limit, from }),
          total: await COUNTS[count](tx, filter),
        }));
        const next = found.next === null ? null : writeCursor(order, filter, found.next);
        if (next !== null) res.links({ next: nextUrl(req.originalUrl, next, base) });
        res.json({
          images: found.assets.map((asset) => presentImage(asset, base)),
          count: found.assets.length,
          total,
          total_is: count === 'none' ? null : count,
          page,
          pages: page === null || total === null ? null : Math.ceil(total / query.limit),
          page_size: query.limit,
          next_cursor: next,
        } satisfies z.input<typeof ImageList>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/images/outline',
      operationId: 'outlineImages',
      summary:
        'Ids and shapes of the images that fit the filters: enough to lay a list out before it is read',
      tag: 'library',
      needs: 'viewer',
      query: OutlineQuery,
      answers: { 200: { description: 'In the order of the list', schema: ImageOutline } },
      async handle({ query }, _req, res) {
        const filter = await filterOf(deps, query);
        const order = orderOf(query.sort);
        const after = query.cursor === undefined ? null : readCursor(order, filter, query.cursor);
        const { chunks, next } = await asking(db, (tx) =>
          outlineImages(tx, { filter, order, limit: query.limit, after }),
        );
        const cursorOf = (place: Place): string => writeCursor(order, filter, place);
        res.json({
          chunks: chunks.map(({ ids, aspects, at }, index) => {
            const before = chunks[index - 1]?.last ?? after;
            return {
              cursor: before === null ? null : cursorOf(before),
              at: at?.toISOString() ?? null,
              ids,
              aspects,
            };
          }),
          count: chunks.reduce((sum, { ids }) => sum + ids.length, 0),
          next_cursor: next === null ? null : cursorOf(next),
        } satisfies z.input<typeof ImageOutline>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/images/places',
      operationId: 'listImagePlaces',
      summary: 'Where the images that fit the filters were taken, those near each other as one',
      tag: 'library',
      needs: 'viewer',
      query: PlaceQuery,
      answers: { 200: { description: 'Places, and how many images each has', schema: ImagePlaces } },
      async handle({ query }, _req, res) {
        const filter = await filterOf(deps, query);
        const places = EVERYBODY.seesPositions
          ? await asking(db, (tx) => placesOf(tx, filter, query.cells))
          : [];
        res.json({
          places: places.map(({ id, ...place }) => ({ ...place, image_id: id })),
          count: places.reduce((sum, place) => sum + place.count, 0),
        } satisfies z.input<typeof ImagePlaces>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/images/facets',
      operationId: 'countImages',
      summary: 'What the images that fit the filters are made of',
      tag: 'library',
      needs: 'viewer',
      query: FacetQuery,
      answers: { 200: { description: 'Values and how many images have them', schema: FacetList } },
      async handle({ query }, _req, res) {
        const filter = await filterOf(deps, query);
        const facets: z.input<typeof FacetList>['facets'] = {};
        for (const field of new Set<Facet>(query.fields)) {
          facets[field] = await asking(db, (tx) => facetOf(tx, filter, field));
        }
        res.json({ facets } satisfies z.input<typeof FacetList>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/images/export',
      operationId: 'exportImages',
      summary: 'All images that fit the filters, as a CSV file or a JSON object a line',
      tag: 'library',
      needs: 'viewer',
      viewable: true,
      query: ImageExportQuery,
      answers: {
        200: {
          description: 'The file; it ends early when the server does',
          contentType: 'text/csv',
          also: ['application/x-ndjson'],
        },
      },
      async handle({ query }, _req, res) {
        const { format, ...filters } = query;
        const filter = await filterOf(deps, filters);
        await sendExport(db, { filter, order: orderOf(query.sort), format, base }, res);
      },
    }),
  ];
}

/** The same request with the cursor in the place of the page. */
function nextUrl(asked: string, cursor: string, base: string): string {
  const url = new URL(asked, 'http://localhost');
  url.searchParams.delete('page');
  url.searchParams.set('cursor', cursor);
  return `${base}${url.pathname}${url.search}`;
}
