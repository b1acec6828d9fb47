import { z } from 'zod';
import type { ClockChange } from '../../stores/corrections/change.ts';
import {
  type CorrectionRow,
  findCorrection,
  listCorrections,
  previewCorrection,
  recordCorrection,
  requestUndo,
} from '../../stores/corrections/corrections.ts';
import type { ImageFilter } from '../../stores/finding/filter.ts';
import { asking } from '../../stores/finding/find.ts';
import { DEFAULT_TENANT, readTenantId } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { filterOf } from '../images/filter.ts';
import { pages } from '../present/page.ts';
import { conflict, notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { Uuid } from '../schemas/common.ts';
import {
  Correction,
  CorrectionCreate,
  CorrectionList,
  CorrectionListQuery,
  CorrectionPreview,
} from '../schemas/corrections.ts';
import { ImageQuery } from '../schemas/images.ts';

const OneCorrection = z.object({ id: Uuid });
const BUSY = 'Another correction is under way. Try again when it is done; GET /corrections shows it.';

function changeOf(body: z.output<typeof CorrectionCreate>): ClockChange {
  const { shift_seconds: shiftSeconds, anchor, timezone } = body;
  if (timezone !== undefined) return { timezone };
  if (anchor === undefined) return { shiftSeconds: shiftSeconds ?? 0 };
  const read = (reading: string): number => Date.parse(`${reading}Z`);
  return { shiftSeconds: (read(anchor.to_local) - read(anchor.from_local)) / 1_000 };
}

function present(row: CorrectionRow): z.input<typeof Correction> {
  return {
    id: row.id,
    state: row.state,
    change: row.change,
    selection: row.selection,
    images: row.images,
    created_at: row.createdAt.toISOString(),
    applied_at: row.appliedAt?.toISOString() ?? null,
    undone_at: row.undoneAt?.toISOString() ?? null,
  };
}

/** Moving the times of many images at once, and back. */
export function correctionRoutes(deps: ApiDeps): Route[] {
  const { db, dispatcher } = deps;

  /** All that the body says of which images are meant, together. */
  async function selected(body: z.output<typeof CorrectionCreate>): Promise<ImageFilter> {
    const query = { ...(body.filter ?? ImageQuery.parse({})), tenant_name: body.tenant_name };
    const filter = await filterOf(deps, query);
    return {
      ...filter,
      ids: body.ids ?? null,
      camera: body.camera_key ?? filter.camera ?? null,
      takenFrom: body.taken_from ?? filter.takenFrom ?? null,
      takenTo: body.taken_to ?? filter.takenTo ?? null,
    };
  }

  async function show(id: string): Promise<z.input<typeof Correction>> {
    const row = await db.run((sql) => findCorrection(sql, id));
    if (row === null) throw notFound('correction');
    return present(row);
  }

  return [
    defineRoute({
      method: 'post',
      path: '/corrections/clock',
      operationId: 'correctClocks',
      summary: 'Move the times of images; what their files say stays as it is',
      tag: 'library',
      needs: 'manager',
      body: CorrectionCreate,
      answers: {
        200: { description: 'With `dry_run`: what would happen', schema: CorrectionPreview },
        202: { description: 'Accepted; watch it under its id', schema: Correction },
      },
      async handle({ body }, _req, res) {
        const filter = await selected(body);
        const change = changeOf(body);
        if (body.dry_run) {
          const { images, without, samples } = await asking(db, (tx) =>
            previewCorrection(tx, filter, change),
          );
          res.json({
            dry_run: true,
            images,
            images_without_time: without,
            samples: samples.map((sample) => ({
              id: sample.id,
              name: sample.name,
              before: sample.before.toISOString(),
              after: sample.after.toISOString(),
              local_before: sample.localBefore,
              local_after: sample.localAfter,
            })),
          } satisfies z.input<typeof CorrectionPreview>);
          return;
        }
        const { filter: of, ids, camera_key, taken_from, taken_to, ...more } = body;
        const { anchor, shift_seconds, timezone } = more;
        const given = {
          change: JSON.parse(JSON.stringify({ anchor, shift_seconds, timezone })),
          selection: JSON.parse(JSON.stringify({ filter: of, ids, camera_key, taken_from, taken_to })),
        };
        const made = await asking(db, (tx) => recordCorrection(tx, { filter, change, given }));
        if (made === 'busy') throw conflict(BUSY);
        if (made === 'nothing') throw conflict('No image of this selection has a time that could be moved.');
        dispatcher.kick();
        res
          .status(202)
          .location(`/corrections/${made.id}`)
          .json(await show(made.id));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/corrections',
      operationId: 'listCorrections',
      summary: 'Corrections, the latest first',
      tag: 'library',
      needs: 'viewer',
      query: CorrectionListQuery,
      answers: { 200: { description: 'One page', schema: CorrectionList } },
      async handle({ query }, _req, res) {
        const tenantId = await db.run((sql) => readTenantId(sql, query.tenant_name ?? DEFAULT_TENANT));
        const { corrections, total } = await db.run((sql) =>
          listCorrections(sql, { tenantId, limit: query.limit, offset: (query.page - 1) * query.limit }),
        );
        res.json({
          corrections: corrections.map(present),
          count: corrections.length,
          ...pages(query, total),
        } satisfies z.input<typeof CorrectionList>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/corrections/{id}',
      operationId: 'getCorrection',
      summary: 'One correction',
      tag: 'library',
      needs: 'viewer',
      params: OneCorrection,
      answers: { 200: { description: 'The correction', schema: Correction } },
      async handle({ params }, _req, res) {
        res.json(await show(params.id));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/corrections/{id}/undo',
      operationId: 'undoCorrection',
      summary: 'Give the images of a correction the times that they had before it',
      tag: 'library',
      needs: 'manager',
      params: OneCorrection,
      answers: { 202: { description: 'Accepted; watch it under its id', schema: Correction } },
      async handle({ params }, _req, res) {
        const asked = await db.tx((tx) => requestUndo(tx, params.id));
        if (asked === 'gone') throw notFound('correction');
        if (asked === 'busy') throw conflict(BUSY);
        if (asked === 'not applied') {
          throw conflict('The correction is not applied now, so there is nothing to undo.');
        }
        if (typeof asked === 'object') {
          throw conflict(`A later correction moved some of these images again. Undo ${asked.first} first.`);
        }
        dispatcher.kick();
        res.status(202).json(await show(params.id));
      },
    }),
  ];
}
