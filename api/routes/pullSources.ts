import pLimit from 'p-limit';
import { z } from 'zod';
import { listRuns, viewImport } from '../../stores/imports.ts';
import { enqueue } from '../../stores/outbox.ts';
import {
  deletePullSource,
  findPullSource,
  listPullSources,
  PUSH,
  type PullSource as Row,
  togglePullSource,
} from '../../stores/pulling/pullSources.ts';
import { beginRun } from '../../stores/pulling/runs.ts';
import type { ApiDeps } from '../deps.ts';
import { presentPullSource, presentRun } from '../present/pullSource.ts';
import { conflict, notFound, Problem } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { PageQuery, Uuid } from '../schemas/common.ts';
import {
  PullSource,
  PullSourceChange,
  PullSourceCreate,
  PullSourceList,
  PushedItems,
  Run,
  RunRequest,
  TestQuery,
  TestReport,
  Toggle,
  ToggleQuery,
} from '../schemas/pullSources.ts';
import { OfTenant } from '../schemas/trash.ts';
import { addPullSource, amendPullSource } from '../sources/pullSources.ts';
import { pushItems } from '../sources/push.ts';

const One = z.object({ id: Uuid });
/** Questions to Temporal at the same time, for the next run of every source in a list. */
const ASKING = 8;

const conflictOrMissing = (source: Row | null): Problem =>
  source === null
    ? notFound('source')
    : conflict('Items are pushed to this source; there is nothing to pull.');

/** Sources that are pulled on a schedule, or pushed to. */
export function pullSourceRoutes(deps: ApiDeps): Route[] {
  const { db, schedules, scheduler, workflows, dispatcher } = deps;

  async function present(row: Row): Promise<z.input<typeof PullSource>> {
    const [news, lastRun] = await Promise.all([
      row.isActive ? schedules.news(row.id) : null,
      row.lastRunId === null ? null : db.run((sql) => viewImport(sql, row.lastRunId ?? '')),
    ]);
    return presentPullSource(row, { nextRun: news?.nextRun ?? null, lastRun });
  }

  async function find(id: string): Promise<Row> {
    const row = await db.run((sql) => findPullSource(sql, id));
    if (row === null) throw notFound('source');
    return row;
  }

  return [
    defineRoute({
      method: 'post',
      path: '/image-pull-sources',
      operationId: 'createPullSource',
      summary: 'Pull a place on a schedule',
      tag: 'sources',
      needs: 'manager',
      body: PullSourceCreate,
      answers: { 201: { description: 'The source', schema: PullSource } },
      async handle({ body }, _req, res) {
        const id = await addPullSource(deps, body);
        res
          .status(201)
          .location(`/image-pull-sources/${id}`)
          .json(await present(await find(id)));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/image-pull-sources',
      operationId: 'listPullSources',
      summary: 'Sources that are active, or all',
      tag: 'sources',
      needs: 'viewer',
      query: OfTenant.extend({ include_inactive: z.stringbool().default(false) }),
      answers: { 200: { description: 'All of them', schema: PullSourceList } },
      async handle({ query }, _req, res) {
        const { tenant_name: tenant, include_inactive: includeInactive } = query;
        const rows = await db.run((sql) => listPullSources(sql, { tenant, includeInactive }));
        const limit = pLimit(ASKING);
        res.json(await Promise.all(rows.map((row) => limit(present, row))));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/image-pull-sources/{id}',
      operationId: 'getPullSource',
      summary: 'One source',
      tag: 'sources',
      needs: 'viewer',
      params: One,
      answers: { 200: { description: 'The source', schema: PullSource } },
      async handle({ params }, _req, res) {
        res.json(await present(await find(params.id)));
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/image-pull-sources/{id}',
      operationId: 'changePullSource',
      summary: 'Change what is said of a source; the rest stays',
      tag: 'sources',
      needs: 'manager',
      params: One,
      body: PullSourceChange,
      answers: { 200: { description: 'The source', schema: PullSource } },
      async handle({ params, body }, _req, res) {
        await amendPullSource(deps, params.id, body);
        res.json(await present(await find(params.id)));
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/image-pull-sources/{id}',
      operationId: 'deletePullSource',
      summary: 'Pull it no more; what it brought in stays',
      tag: 'sources',
      needs: 'manager',
      params: One,
      answers: { 204: { description: 'Gone' } },
      async handle({ params }, _req, res) {
        if (!(await db.tx((tx) => deletePullSource(tx, params.id)))) throw notFound('source');
        scheduler.kick();
        res.status(204).end();
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/image-pull-sources/{id}/toggle',
      operationId: 'togglePullSource',
      summary: 'Pause a source, or let it go on',
      tag: 'sources',
      needs: 'manager',
      params: One,
      query: ToggleQuery,
      body: Toggle,
      answers: { 200: { description: 'The source', schema: PullSource } },
      async handle({ params, query, body }, _req, res) {
        const wanted = body.is_active ?? query.is_active ?? null;
        if (!(await db.run((sql) => togglePullSource(sql, params.id, wanted)))) throw notFound('source');
        scheduler.kick();
        res.json(await present(await find(params.id)));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/image-pull-sources/{id}/process',
      operationId: 'processPullSource',
      summary: 'Run it now; a run that is under way is the answer',
      tag: 'sources',
      needs: 'contributor',
      params: One,
      body: RunRequest,
      answers: { 202: { description: 'The run', schema: Run } },
      async handle({ params, body }, _req, res) {
        const importId = await db.tx(async (tx) => {
          const run = await beginRun(tx, params.id, 'person', body.max_files);
          if (run === null) throw conflictOrMissing(await findPullSource(tx, params.id));
          if (run.fresh) await enqueue(tx, { ...run, kind: 'run-import' });
          return run.importId;
        });
        dispatcher.kick();
        const view = await db.run((sql) => viewImport(sql, importId));
        if (view === null) throw notFound('run');
        res.status(202).location(`/imports/${importId}`).json(presentRun(view));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/image-pull-sources/{id}/items',
      operationId: 'pushItems',
      summary: 'Push items to a source of the kind `push`; a WebSocket at this path takes the same messages',
      tag: 'sources',
      needs: 'contributor',
      params: One,
      body: PushedItems,
      answers: { 202: { description: 'The import that brings them in', schema: Run } },
      async handle({ params, body }, _req, res) {
        const view = await pushItems(deps, params.id, body.items);
        res.status(202).location(`/imports/${view.id}`).json(presentRun(view));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/image-pull-sources/{id}/runs',
      operationId: 'listPullRuns',
      summary: 'Its runs, newest first',
      tag: 'sources',
      needs: 'viewer',
      params: One,
      query: PageQuery,
      answers: { 200: { description: 'One page', schema: z.array(Run) } },
      async handle({ params, query }, _req, res) {
        await find(params.id);
        const runs = await db.run((sql) =>
          listRuns(sql, params.id, { limit: query.limit, offset: (query.page - 1) * query.limit }),
        );
        res.json(runs.map(presentRun));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/image-pull-sources/{id}/test',
      operationId: 'testPullSource',
      summary: 'List it and fetch a few files, and store nothing',
      tag: 'sources',
      needs: 'contributor',
      params: One,
      query: TestQuery,
      answers: { 200: { description: 'What was seen', schema: TestReport } },
      async handle({ params, query }, _req, res) {
        const found = await find(params.id);
        if (found.kind === PUSH) throw conflictOrMissing(found);
        const before = found.lastTest;
        const done = await workflows.testSource(params.id, query.files);
        const report = TestReport.safeParse((await find(params.id)).lastTest);
        if (!done || !report.success || (before as { at?: string } | null)?.at === report.data.at) {
          throw new Problem({
            status: 503,
            code: 'no_answer',
            title: 'The source could not be looked at',
            detail: 'No worker finished looking at it in time. Try again in a moment.',
            retryAfter: 10,
          });
        }
        res.json(report.data);
      },
    }),
  ];
}
