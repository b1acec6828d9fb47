import type { Request, Response } from 'express';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { ImportView } from '../../domain/import.ts';
import { listRuns, viewImport } from '../../stores/imports.ts';
import { enqueue } from '../../stores/outbox.ts';
import type { Sql } from '../../stores/postgres/database.ts';
import {
  deletePullSource,
  findPullSource,
  listPullSources,
  lockPullSource,
  PUSH,
  type PullSource as Row,
  togglePullSource,
} from '../../stores/pulling/pullSources.ts';
import { beginRun } from '../../stores/pulling/runs.ts';
import type { ApiDeps } from '../deps.ts';
import { waitAsPreferred } from '../http/prefer.ts';
import { checkVersion, expectedVersions, sendVersioned } from '../http/versions.ts';
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
import { isImportSettled } from '../sources/settled.ts';

const One = z.object({ id: Uuid });
/** Questions to Temporal at the same time, for the next run of every source in a list. */
const ASKING = 8;

const conflictOrMissing = (source: Row | null): Problem =>
  source === null
    ? notFound('source')
    : conflict('Items are pushed to this source; there is nothing to pull.');

/** A source as of one moment. */
interface Seen {
  row: Row;
  lastRun: ImportView | null;
}

/** Sources that are pulled on a schedule, or pushed to. */
export function pullSourceRoutes(deps: ApiDeps): Route[] {
  const { db, schedules, scheduler, workflows, dispatcher } = deps;

  async function present({ row, lastRun }: Seen): Promise<z.input<typeof PullSource>> {
    const news = row.isActive ? await schedules.news(row.id) : null;
    return presentPullSource(row, { nextRun: news?.nextRun ?? null, lastRun });
  }

  /** Sources with their last runs, as of one moment: what a run says of its source stands in both. */
  function see(read: (tx: Sql) => Promise<Row[]>): Promise<Seen[]> {
    return db.tx(async (tx) => {
      await tx`set transaction isolation level repeatable read, read only`;
      const seen: Seen[] = [];
      for (const row of await read(tx)) {
        seen.push({ row, lastRun: row.lastRunId === null ? null : await viewImport(tx, row.lastRunId) });
      }
      return seen;
    });
  }

  async function find(id: string): Promise<Row> {
    const row = await db.run((sql) => findPullSource(sql, id));
    if (row === null) throw notFound('source');
    return row;
  }

  async function send(id: string, res: Response): Promise<void> {
    const [seen] = await see(async (tx) => [await findPullSource(tx, id)].filter((row) => row !== null));
    if (seen === undefined) throw notFound('source');
    sendVersioned(res, seen.row.revision, await present(seen));
  }

  async function lock(tx: Sql, id: string, req: Request): Promise<void> {
    const row = await lockPullSource(tx, id);
    if (row === null) throw notFound('source');
    checkVersion(expectedVersions(req), row.revision);
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
        await send(id, res.status(201).location(`/image-pull-sources/${id}`));
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
        const sources = await see((tx) => listPullSources(tx, { tenant, includeInactive }));
        const limit = pLimit(ASKING);
        res.json(await Promise.all(sources.map((seen) => limit(present, seen))));
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
      versioned: true,
      answers: { 200: { description: 'The source', schema: PullSource } },
      async handle({ params }, _req, res) {
        await send(params.id, res);
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
      versioned: true,
      answers: { 200: { description: 'The source', schema: PullSource } },
      async handle({ params, body }, req, res) {
        await amendPullSource(deps, params.id, body, expectedVersions(req));
        await send(params.id, res);
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
      versioned: true,
      answers: { 204: { description: 'Gone' } },
      async handle({ params }, req, res) {
        await db.tx(async (tx) => {
          await lock(tx, params.id, req);
          await deletePullSource(tx, params.id);
        });
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
      versioned: true,
      answers: { 200: { description: 'The source', schema: PullSource } },
      async handle({ params, query, body }, req, res) {
        const wanted = body.is_active ?? query.is_active ?? null;
        await db.tx(async (tx) => {
          await lock(tx, params.id, req);
          await togglePullSource(tx, params.id, wanted);
        });
        scheduler.kick();
        await send(params.id, res);
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
      waits: true,
      answers: { 202: { description: 'The run', schema: Run } },
      async handle({ params, body }, req, res) {
        const importId = await db.tx(async (tx) => {
          const run = await beginRun(tx, params.id, 'person', body.max_files);
          if (run === null) throw conflictOrMissing(await findPullSource(tx, params.id));
          if (run.fresh) await enqueue(tx, { ...run, kind: 'run-import' });
          return run.importId;
        });
        dispatcher.kick();
        await waitAsPreferred(req, res, () => isImportSettled(db, importId));
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
      waits: true,
      answers: { 202: { description: 'The import that brings them in', schema: Run } },
      async handle({ params, body }, req, res) {
        const pushed = await pushItems(deps, params.id, body.items);
        await waitAsPreferred(req, res, () => isImportSettled(db, pushed.id));
        const view = (await db.run((sql) => viewImport(sql, pushed.id))) ?? pushed;
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
