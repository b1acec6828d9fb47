import { z } from 'zod';
import { EXPORT_FILES, EXPORT_MAX_IMAGES } from '../../domain/export.ts';
import {
  createExport,
  dropFile,
  type ExportRow,
  endExport,
  findExport,
  listExports,
} from '../../stores/exports/exports.ts';
import { asking } from '../../stores/finding/find.ts';
import { DEFAULT_TENANT, ensureTenant, readTenantId } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { waitAsPreferred } from '../http/prefer.ts';
import { checkTag } from '../http/versions.ts';
import { filterOf } from '../images/filter.ts';
import { presentExport } from '../present/export.ts';
import { pages } from '../present/page.ts';
import { badRequest, conflict, notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { Uuid } from '../schemas/common.ts';
import { Export, ExportCreate, ExportList, ExportListQuery } from '../schemas/exports.ts';
import { ImageQuery } from '../schemas/images.ts';
import { PRIVATE, sendObject } from '../sendObject.ts';

const One = z.object({ id: Uuid });

/** One of these, by the format. */
const A_FILE = { contentType: 'application/zip', also: ['application/json', 'text/csv'] } as const;

/** Files of what was seen in many images, for other programs. */
export function exportRoutes(deps: ApiDeps): Route[] {
  const { db, objects, dispatcher, config } = deps;
  const base = config.publicUrl ?? '';

  async function find(id: string): Promise<ExportRow> {
    const row = await db.run((sql) => findExport(sql, id));
    if (row === null) throw notFound('export');
    return row;
  }

  /** What the workflow needs of the body, as it needs it. */
  function optionsOf({ project, min_confidence }: z.output<typeof ExportCreate>): object {
    return {
      ...(min_confidence !== undefined && { min_confidence }),
      ...(project !== undefined && {
        project: {
          title: project.title,
          samplingDesign: project.sampling_design,
          captureMethod: [...new Set(project.capture_method)],
          individualAnimals: project.individual_animals,
          contributors: project.contributors,
          licenses: project.licenses ?? null,
        },
      }),
    };
  }

  return [
    defineRoute({
      method: 'post',
      path: '/exports',
      operationId: 'createExport',
      summary: 'Have what was seen in images written as a file that other programs read',
      tag: 'library',
      needs: 'contributor',
      body: ExportCreate,
      waits: true,
      answers: { 202: { description: 'Accepted; watch it under its id', schema: Export } },
      async handle({ body }, req, res) {
        const tenant = await db.tx((tx) => ensureTenant(tx, body.tenant_name ?? DEFAULT_TENANT));
        const query = { ...(body.filter ?? ImageQuery.parse({})), tenant_name: tenant.name };
        const filter = { ...(await filterOf(deps, query)), ids: body.ids ?? null };
        const selection = JSON.parse(JSON.stringify({ filter: body.filter, ids: body.ids }));
        const id = await asking(db, async (tx) => {
          const made = await createExport(tx, {
            ...{ format: body.format, options: optionsOf(body), selection, filter },
          });
          if (made.images <= EXPORT_MAX_IMAGES) return made.id;
          throw badRequest(
            'too_many_images',
            `${made.images} images fit the filter; one export has ${EXPORT_MAX_IMAGES} at most. Export them by time or place.`,
          );
        });
        dispatcher.kick();
        await waitAsPreferred(req, res, async () => (await find(id)).finishedAt !== null);
        res
          .status(202)
          .location(`/exports/${id}`)
          .json(presentExport(await find(id), base));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/exports',
      operationId: 'listExports',
      summary: 'Exports, the latest first',
      tag: 'library',
      needs: 'viewer',
      query: ExportListQuery,
      answers: { 200: { description: 'One page', schema: ExportList } },
      async handle({ query }, _req, res) {
        const tenantId = await db.run((sql) => readTenantId(sql, query.tenant_name ?? DEFAULT_TENANT));
        const { exports, total } = await db.run((sql) =>
          listExports(sql, { tenantId, limit: query.limit, offset: (query.page - 1) * query.limit }),
        );
        res.json({
          exports: exports.map((row) => presentExport(row, base)),
          count: exports.length,
          ...pages(query, total),
        } satisfies z.input<typeof ExportList>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/exports/{id}',
      operationId: 'getExport',
      summary: 'How far it is',
      tag: 'library',
      needs: 'viewer',
      params: One,
      answers: { 200: { description: 'The export', schema: Export } },
      async handle({ params }, _req, res) {
        res.json(presentExport(await find(params.id), base));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/exports/{id}/file',
      operationId: 'getExportFile',
      summary: 'The file, or a range of it',
      tag: 'library',
      needs: 'viewer',
      viewable: true,
      params: One,
      versioned: true,
      problems: [409, 416],
      answers: {
        200: { description: 'The file', ...A_FILE },
        206: { description: 'The part that was asked for', ...A_FILE },
        304: { description: 'What the client has is what there is' },
      },
      async handle({ params }, req, res) {
        const row = await find(params.id);
        const { objectKey: key, bytes, sha256 } = row;
        if (row.state === 'expired') throw conflict('The file is no longer kept. Ask for a new export.');
        if (key === null || bytes === null || sha256 === null) {
          throw conflict(`The export is ${row.state}, so there is no file.`);
        }
        const { extension, mediaType } = EXPORT_FILES[row.format];
        const day = row.createdAt.toISOString().slice(0, 10);
        const fileName = `${row.format}-${day}.${extension}`;
        await sendObject(
          objects,
          { key, bytes, mediaType, sha256, fileName, disposition: 'attachment', cacheControl: PRIVATE },
          req,
          res,
        );
      },
    }),
    defineRoute({
      method: 'post',
      path: '/exports/{id}/cancel',
      operationId: 'cancelExport',
      summary: 'Stop it for good; what was made of it goes',
      tag: 'library',
      needs: 'contributor',
      params: One,
      answers: { 200: { description: 'The export', schema: Export } },
      async handle({ params }, _req, res) {
        await find(params.id);
        await db.tx((tx) => endExport(tx, params.id, { state: 'cancelled' }));
        const row = await find(params.id);
        if (row.state !== 'cancelled') throw conflict(`The export is ${row.state}.`);
        res.json(presentExport(row, base));
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/exports/{id}/file',
      operationId: 'deleteExportFile',
      summary: 'Let go of the file before its time',
      tag: 'library',
      needs: 'contributor',
      params: One,
      versioned: true,
      problems: [409],
      answers: { 200: { description: 'The export', schema: Export } },
      async handle({ params }, req, res) {
        const before = await find(params.id);
        if (before.sha256 !== null) checkTag(req, `"${before.sha256}"`);
        if (!(await db.tx((tx) => dropFile(tx, params.id)))) {
          throw conflict(`The export is ${before.state}, so there is no file.`);
        }
        res.json(presentExport(await find(params.id), base));
      },
    }),
  ];
}
