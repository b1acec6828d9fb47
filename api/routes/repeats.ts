import { z } from 'zod';
import { createRepeatFinder, REPEATS } from '../../domain/survey/repeats.ts';
import { boxesOfCamera } from '../../stores/repeats/boxes.ts';
import {
  listSuppressions,
  type Suppression as SuppressionRow,
  suppress,
  undoSuppression,
} from '../../stores/repeats/suppressions.ts';
import { DEFAULT_TENANT, readTenantId } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { pages } from '../present/page.ts';
import { conflict, notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { Uuid } from '../schemas/common.ts';
import {
  RepeatList,
  RepeatQuery,
  Suppression,
  SuppressionCreate,
  SuppressionList,
  SuppressionQuery,
} from '../schemas/repeats.ts';

const One = z.object({ id: Uuid });

const present = ({ createdAt, undoneAt, ...row }: SuppressionRow): z.input<typeof Suppression> => ({
  ...row,
  created_at: createdAt.toISOString(),
  undone_at: undoneAt?.toISOString() ?? null,
});

/** Boxes that a camera sees again and again at the same spot, where nothing ever is. */
export function repeatRoutes({ db }: ApiDeps): Route[] {
  const tenantOf = (name: string | undefined): Promise<string> =>
    db.run((sql) => readTenantId(sql, name ?? DEFAULT_TENANT));

  return [
    defineRoute({
      method: 'get',
      path: '/repeats',
      operationId: 'findRepeats',
      summary: 'Spots in which a camera has the same box in many images; a person decides what they are',
      tag: 'library',
      needs: 'viewer',
      query: RepeatQuery,
      answers: { 200: { description: 'Suggestions', schema: RepeatList } },
      async handle({ query }, _req, res) {
        const tenantId = await tenantOf(query.tenant_name);
        const rule = { iou: query.overlap, images: query.min_images, maxArea: REPEATS.maxArea };
        const finder = createRepeatFinder(rule);
        const where = { tenantId, camera: query.camera, minScore: query.min_confidence };
        for await (const box of boxesOfCamera(db, where)) finder.add(box);
        const repeats = finder.found().map(({ label, box, images, boxes, maxScore, first, last }) => ({
          ...{ label, box: [...box] as [number, number, number, number], images, boxes, max_score: maxScore },
          first_at: first?.toISOString() ?? null,
          last_at: last?.toISOString() ?? null,
        }));
        res.json({ repeats, count: repeats.length } satisfies z.input<typeof RepeatList>);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/repeats/suppressions',
      operationId: 'suppressRepeat',
      summary:
        'Hide the boxes of a spot in images, lists, reviews and reports, those of later images too; exports call them doubtful',
      tag: 'library',
      needs: 'contributor',
      body: SuppressionCreate,
      answers: { 201: { description: 'The suppression', schema: Suppression } },
      async handle({ body }, _req, res) {
        const { camera, label, overlap } = body;
        const [x = 0, y = 0, width = 0, height = 0] = body.box;
        const box = [x, y, width, height] as const;
        const tenantId = await tenantOf(body.tenant_name);
        const row = await db.tx((tx) => suppress(tx, { tenantId, camera, label, box, overlap }));
        if (row === null)
          throw conflict('No image of this camera has such a box. GET /repeats shows what it has.');
        res.status(201).json(present(row));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/repeats/suppressions',
      operationId: 'listSuppressions',
      summary: 'Suppressed spots, the latest first',
      tag: 'library',
      needs: 'viewer',
      query: SuppressionQuery,
      answers: { 200: { description: 'One page', schema: SuppressionList } },
      async handle({ query }, _req, res) {
        const tenantId = await tenantOf(query.tenant_name);
        const { suppressions, total } = await db.run((sql) =>
          listSuppressions(sql, {
            ...{ tenantId, camera: query.camera ?? null },
            ...{ limit: query.limit, offset: (query.page - 1) * query.limit },
          }),
        );
        res.json({
          suppressions: suppressions.map(present),
          count: suppressions.length,
          ...pages(query, total),
        } satisfies z.input<typeof SuppressionList>);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/repeats/suppressions/{id}/undo',
      operationId: 'undoSuppression',
      summary: 'Show the boxes of a spot again',
      tag: 'library',
      needs: 'contributor',
      params: One,
      answers: { 200: { description: 'The suppression', schema: Suppression } },
      async handle({ params }, _req, res) {
        const row = await db.tx((tx) => undoSuppression(tx, params.id));
        if (row === null) throw notFound('suppression');
        res.json(present(row));
      },
    }),
  ];
}
