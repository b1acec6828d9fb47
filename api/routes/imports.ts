import { z } from 'zod';
import type { ImportView } from '../../domain/import.ts';
import { OUTCOMES } from '../../domain/outcome.ts';
import { listImports, setImportState, viewImport } from '../../stores/imports.ts';
import { listItems } from '../../stores/items.ts';
import { redriveMatching } from '../../stores/poison.ts';
import type { ApiDeps } from '../deps.ts';
import { waitAsPreferred } from '../http/prefer.ts';
import { presentFailure } from '../present/failure.ts';
import { presentImport, presentTask, type TemporalUi } from '../present/import.ts';
import { pages } from '../present/page.ts';
import { REDRIVE_MESSAGES } from '../present/poison.ts';
import { conflict, notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { PageQuery, Uuid } from '../schemas/common.ts';
import {
  FolderImport,
  FolderImportStarted,
  Import,
  ImportCreate,
  ImportHelp,
  ImportItemList,
  ImportList,
  Task,
} from '../schemas/imports.ts';
import { OfTenant } from '../schemas/trash.ts';
import { amendFrom } from '../sources/amend.ts';
import { beginImport } from '../sources/begin.ts';
import { isImportSettled } from '../sources/settled.ts';
import type { ImportControl } from '../temporal/workflows.ts';

const OneImport = z.object({ id: Uuid });
const FINISHED = new Set<ImportView['state']>(['completed', 'failed', 'cancelled']);

/** Imports: start, watch, steer. */
export function importRoutes(deps: ApiDeps): Route[] {
  const { db, workflows, config } = deps;
  const ui: TemporalUi = { url: config.temporal.uiUrl, namespace: config.temporal.namespace };

  async function find(id: string): Promise<ImportView> {
    const view = await db.run((sql) => viewImport(sql, id));
    if (view === null) throw notFound('import');
    return view;
  }

  function steer(what: Exclude<ImportControl, 'resume'>, summary: string, refused: string): Route {
    return defineRoute({
      method: 'post',
      path: `/imports/{id}/${what}`,
      operationId: `${what}Import`,
      summary,
      tag: 'imports',
      needs: 'contributor',
      params: OneImport,
      answers: { 200: { description: 'The import', schema: Import } },
      async handle({ params }, _req, res) {
        const before = await find(params.id);
        if (FINISHED.has(before.state)) throw conflict(`The import is ${before.state}. ${refused}`);
        if ((await workflows.control(params.id, what)) === null) {
          // Recorded but never picked up: there is no workflow to ask.
          if (what !== 'cancel') throw conflict('The import has not started yet; try again in a moment.');
          await db.run((sql) => setImportState(sql, params.id, 'cancelled'));
        }
        res.json(presentImport(await find(params.id), ui));
      },
    });
  }

  function folderImport(name: string, kind: string, title: string): Route {
    return defineRoute({
      method: 'post',
      path: `/import/${name}`,
      operationId: `import${title.replace(' ', '')}`,
      summary: `Bring in a folder of ${title}`,
      tag: 'older clients',
      needs: 'contributor',
      body: FolderImport,
      waits: true,
      answers: { 202: { description: 'Accepted; watch it under its id', schema: FolderImportStarted } },
      async handle({ body }, req, res) {
        const { folder_url: url, ...more } = body;
        const id = await beginImport(deps, { ...more, url, kind, force: false }, 'folder_url');
        await waitAsPreferred(req, res, () => isImportSettled(db, id));
        res
          .status(202)
          .location(`/imports/${id}`)
          .json({
            job_id: id,
            task_id: id,
            status: 'processing',
            message: `Import from ${title} started`,
          } satisfies z.input<typeof FolderImportStarted>);
      },
    });
  }

  return [
    folderImport('google-drive', 'google_drive', 'Google Drive'),
    folderImport('dropbox', 'dropbox', 'Dropbox'),
    defineRoute({
      method: 'post',
      path: '/imports',
      operationId: 'createImport',
      summary: 'Bring in everything at an address',
      tag: 'imports',
      needs: 'contributor',
      body: ImportCreate,
      waits: true,
      answers: { 202: { description: 'Accepted; watch it under its id', schema: Import } },
      async handle({ body }, req, res) {
        const id = await beginImport(deps, body);
        await waitAsPreferred(req, res, () => isImportSettled(db, id));
        res
          .status(202)
          .location(`/imports/${id}`)
          .json(presentImport(await find(id), ui));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/imports',
      operationId: 'listImports',
      summary: 'Imports, newest first',
      tag: 'imports',
      needs: 'viewer',
      query: PageQuery.extend(OfTenant.shape),
      answers: { 200: { description: 'One page', schema: ImportList } },
      async handle({ query }, _req, res) {
        const { imports, total } = await db.run((sql) =>
          listImports(sql, {
            tenant: query.tenant_name,
            limit: query.limit,
            offset: (query.page - 1) * query.limit,
          }),
        );
        res.json({
          imports: imports.map((view) => presentImport(view, ui)),
          count: imports.length,
          ...pages(query, total),
        } satisfies z.input<typeof ImportList>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/imports/{id}',
      operationId: 'getImport',
      summary: 'One import',
      tag: 'imports',
      needs: 'viewer',
      params: OneImport,
      answers: { 200: { description: 'The import', schema: Import } },
      async handle({ params }, _req, res) {
        res.json(presentImport(await find(params.id), ui));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/import/jobs/{id}',
      operationId: 'getImportJob',
      summary: 'One import, at the path of the second Drive and Dropbox service',
      tag: 'older clients',
      needs: 'viewer',
      params: OneImport,
      answers: { 200: { description: 'The import', schema: Import } },
      async handle({ params }, _req, res) {
        res.json(presentImport(await find(params.id), ui));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/task/{id}',
      operationId: 'getTask',
      summary: 'One import, as the first Drive and Dropbox service showed it',
      tag: 'older clients',
      needs: 'viewer',
      params: OneImport,
      answers: { 200: { description: 'The task', schema: Task } },
      async handle({ params }, _req, res) {
        res.json(presentTask(await find(params.id), ui));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/imports/{id}/items',
      operationId: 'listImportItems',
      summary: 'The items of an import, with their reasons',
      tag: 'imports',
      needs: 'viewer',
      params: OneImport,
      query: PageQuery.extend({ outcome: z.enum([...OUTCOMES, 'pending']).optional() }),
      answers: { 200: { description: 'One page', schema: ImportItemList } },
      async handle({ params, query }, _req, res) {
        await find(params.id);
        const { items, total } = await db.run((sql) =>
          listItems(sql, {
            importId: params.id,
            states: query.outcome === undefined ? null : [query.outcome],
            limit: query.limit,
            offset: (query.page - 1) * query.limit,
          }),
        );
        res.json({
          items: items.map((item) => {
            const failure = presentFailure(item.reason, item.detail);
            return {
              id: item.id,
              name: item.name,
              external_id: item.externalId,
              state: item.state as 'pending',
              reason: item.reason,
              title: failure?.title ?? null,
              advice: failure?.advice ?? null,
              detail: item.detail,
              asset_id: item.assetId,
              has_picture: item.hasPicture,
              size: item.size,
              attempts: item.attempts,
              updated_at: item.updatedAt.toISOString(),
            };
          }),
          count: items.length,
          ...pages(query, total),
        } satisfies z.input<typeof ImportItemList>);
      },
    }),
    steer('pause', 'Stop starting new batches; what runs is finished', 'There is nothing to pause.'),
    defineRoute({
      method: 'post',
      path: '/imports/{id}/resume',
      operationId: 'resumeImport',
      summary: 'Go on, with what the import waited for when it did',
      tag: 'imports',
      needs: 'contributor',
      params: OneImport,
      body: ImportHelp,
      answers: { 200: { description: 'The import', schema: Import } },
      async handle({ params, body }, _req, res) {
        const before = await find(params.id);
        if (FINISHED.has(before.state)) {
          throw conflict(`The import is ${before.state}. There is nothing to resume.`);
        }
        await amendFrom(deps, params.id, body);
        if ((await workflows.control(params.id, 'resume', { skip: body.skip })) === null) {
          throw conflict('The import has not started yet; try again in a moment.');
        }
        res.json(presentImport(await find(params.id), ui));
      },
    }),
    steer(
      'cancel',
      'Stop for good; what runs is finished, the rest is skipped',
      'There is nothing to cancel.',
    ),
    defineRoute({
      method: 'post',
      path: '/imports/{id}/retry-failed',
      operationId: 'retryFailedItems',
      summary: 'Give every failed item another round',
      tag: 'imports',
      needs: 'contributor',
      params: OneImport,
      body: ImportHelp,
      answers: { 200: { description: 'The import', schema: Import } },
      async handle({ params, body }, _req, res) {
        const before = await find(params.id);
        await amendFrom(deps, params.id, body);
        if (before.counts.failed === 0) throw conflict('No item of this import has failed.');
        const filter = { tenantName: null, importId: params.id, reason: null };
        const { queued, resolved, busy, gone } = await redriveMatching(db.tx, filter);
        deps.dispatcher.kick();
        if (queued + resolved === 0 && busy > 0) throw conflict(REDRIVE_MESSAGES.busy);
        if (queued + resolved === 0 && gone > 0) throw conflict(REDRIVE_MESSAGES.gone);
        res.json(presentImport(await find(params.id), ui));
      },
    }),
  ];
}
