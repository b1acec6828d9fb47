import { z } from 'zod';
import { isRedrivable, meaningOf } from '../../domain/failureMeaning.ts';
import { FAILURES, type FailureType, waitsForHelp } from '../../domain/failures.ts';
import { itemState } from '../../stores/items.ts';
import { countPoison, findPoison, listPoison, redriveMatching, redriveOne } from '../../stores/poison.ts';
import { type RedriveVerdict, redriveItems } from '../../stores/redrive.ts';
import { eventsOf } from '../../stores/timeline.ts';
import type { ApiDeps } from '../deps.ts';
import { presentPoison, presentRedrive, REDRIVE_MESSAGES } from '../present/poison.ts';
import { presentEvent } from '../present/timeline.ts';
import { conflict, notFound, Problem } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { CatalogId, Uuid } from '../schemas/common.ts';
import {
  FailureCatalogue,
  PoisonJobDetail,
  PoisonJobList,
  PoisonQuery,
  Redriven,
  RedriveRequest,
  RedriveResult,
} from '../schemas/failures.ts';
import { OfTenant } from '../schemas/trash.ts';

const OneJob = z.object({ id: CatalogId });
const OneItem = z.object({ id: Uuid, item: CatalogId });
const ANY = { tenantName: null, importId: null, reason: null };

function describe(type: FailureType, count: number) {
  const { title, advice, outcome, retry } = FAILURES[type];
  return {
    type,
    title,
    meaning: meaningOf(type),
    advice,
    outcome,
    retryable: retry,
    waits_for_help: waitsForHelp(type),
    redrivable: isRedrivable(type),
    count,
  };
}

function outcomeOf(id: number, verdict: RedriveVerdict): z.input<typeof Redriven> {
  const message = REDRIVE_MESSAGES[verdict];
  if (verdict === 'busy') throw conflict(message);
  if (verdict === 'gone') {
    throw new Problem({ status: 409, code: 'bytes_lost', title: 'The bytes are lost', detail: message });
  }
  return { id, status: verdict, message };
}

/** What failed, why, and another round for it. */
export function failureRoutes({ db, dispatcher }: ApiDeps): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/failures',
      operationId: 'listFailures',
      summary: 'Every way something can fail, what it means and what to do about it',
      tag: 'failures',
      needs: 'viewer',
      query: OfTenant,
      answers: { 200: { description: 'The catalogue', schema: FailureCatalogue } },
      async handle({ query }, _req, res) {
        const counts = new Map(
          (await db.run((sql) => countPoison(sql, query.tenant_name))).map(({ reason, count }) => [
            reason,
            count,
          ]),
        );
        const failures = (Object.keys(FAILURES) as FailureType[]).map((type) =>
          describe(type, counts.get(type) ?? 0),
        );
        res.json({ failures, count: failures.length } satisfies z.input<typeof FailureCatalogue>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/poison_jobs',
      operationId: 'listPoisonJobs',
      summary: 'What was tried as often as the rules allow and still failed, newest first',
      tag: 'failures',
      needs: 'viewer',
      query: PoisonQuery,
      answers: { 200: { description: 'One page', schema: PoisonJobList } },
      async handle({ query }, _req, res) {
        const { jobs, total } = await db.run((sql) =>
          listPoison(
            sql,
            {
              tenantName: query.tenant_name ?? null,
              importId: query.import_id ?? null,
              reason: query.reason ?? null,
            },
            { limit: query.limit, before: query.cursor ?? null },
          ),
        );
        res.json({
          poison_jobs: jobs.map(presentPoison),
          count: jobs.length,
          total,
          next_cursor: jobs.length < query.limit ? null : (jobs.at(-1)?.id ?? null),
        } satisfies z.input<typeof PoisonJobList>);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/poison_jobs/redrive',
      operationId: 'redrivePoisonJobs',
      summary: 'Give many of them another round',
      tag: 'failures',
      needs: 'contributor',
      body: RedriveRequest,
      answers: { 202: { description: 'What became of them', schema: RedriveResult } },
      async handle({ body: { ids, filter } }, _req, res) {
        const counts =
          ids !== undefined
            ? await db.tx((tx) => redriveItems(tx, ids))
            : await redriveMatching(db.tx, {
                tenantName: filter?.tenant_name ?? ANY.tenantName,
                importId: filter?.import_id ?? ANY.importId,
                reason: filter?.reason ?? ANY.reason,
              });
        dispatcher.kick();
        res.status(202).json(presentRedrive(counts));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/poison_jobs/{id}',
      operationId: 'getPoisonJob',
      summary: 'One of them, with everything that happened to it',
      tag: 'failures',
      needs: 'viewer',
      params: OneJob,
      answers: { 200: { description: 'The job', schema: PoisonJobDetail } },
      async handle({ params }, _req, res) {
        const job = await db.run((sql) => findPoison(sql, params.id));
        if (job === null) throw notFound('poison job');
        const events = await db.run((sql) => eventsOf(sql, { itemId: params.id }, { limit: 500, offset: 0 }));
        res.json({
          ...presentPoison(job),
          timeline: events.map(presentEvent),
        } satisfies z.input<typeof PoisonJobDetail>);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/poison_jobs/{id}/redrive',
      operationId: 'redrivePoisonJob',
      summary: 'Give one of them another round',
      tag: 'failures',
      needs: 'contributor',
      params: OneJob,
      answers: { 202: { description: 'What became of it', schema: Redriven } },
      async handle({ params }, _req, res) {
        if ((await db.run((sql) => findPoison(sql, params.id))) === null) throw notFound('poison job');
        const verdict = await db.tx((tx) => redriveOne(tx, params.id));
        if (verdict === null) throw notFound('poison job');
        dispatcher.kick();
        res.status(202).json(outcomeOf(params.id, verdict));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/imports/{id}/items/{item}/retry',
      operationId: 'retryImportItem',
      summary: 'Give one failed item of an import another round',
      tag: 'imports',
      needs: 'contributor',
      params: OneItem,
      answers: { 202: { description: 'What became of it', schema: Redriven } },
      async handle({ params }, _req, res) {
        const state = await db.run((sql) => itemState(sql, params.id, params.item));
        if (state === null) throw notFound('item');
        const verdict = state === 'failed' ? await db.tx((tx) => redriveOne(tx, params.item)) : null;
        if (verdict === null) throw conflict('The item has not failed; there is nothing to retry.');
        dispatcher.kick();
        res.status(202).json(outcomeOf(params.item, verdict));
      },
    }),
  ];
}
