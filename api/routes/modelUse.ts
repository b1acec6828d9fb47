import type { Response } from 'express';
import { z } from 'zod';
import { FAILURES } from '../../domain/failures.ts';
import type { Backfill } from '../../stores/detection/backfill.ts';
import { listModels, readModel, roleOf } from '../../stores/detection/models.ts';
import {
  findSwitch,
  listSwitches,
  switchModel,
  type UndoEnd,
  undoSwitch,
} from '../../stores/detection/switches.ts';
import type { Sql } from '../../stores/postgres/database.ts';
import { DEFAULT_TENANT, ensureTenant, readTenantId } from '../../stores/tenants.ts';
import { principalOf } from '../access/principal.ts';
import { roleNeeded } from '../access/refusals.ts';
import type { ApiDeps } from '../deps.ts';
import { presentModel, presentSwitch } from '../present/detections.ts';
import { pages } from '../present/page.ts';
import { conflict, notFound, Problem } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { CatalogId, Uuid } from '../schemas/common.ts';
import {
  Model,
  ModelDisuse,
  ModelSwitched,
  ModelSwitchList,
  ModelUse,
  SwitchQuery,
} from '../schemas/detections.ts';

const One = z.object({ id: CatalogId });
const OneSwitch = z.object({ id: Uuid });

const notYet = new Problem({
  status: 503,
  code: 'model_not_checked',
  title: 'The model was not opened yet',
  detail:
    'No worker of the queue inference has opened it in time. Ask again in a while; nothing was changed.',
  retryAfter: 30,
});

/** Which models look at whose pictures. */
export function modelUseRoutes({ db, workflows, dispatcher }: ApiDeps): Route[] {
  async function modelOf(id: number): Promise<z.input<typeof Model>> {
    const [row] = await db.run((sql) => listModels(sql, id));
    if (row === undefined) throw notFound('model');
    return presentModel(row);
  }

  /** Has a worker open the model. @throws Problem 404, 503 */
  async function checked(id: number): Promise<z.input<typeof Model>> {
    await modelOf(id);
    if (!(await workflows.checkModel(id))) throw notYet;
    return modelOf(id);
  }

  /** @throws Problem 403: what holds for all tenants is for administrators of the installation */
  async function whose(tx: Sql, body: z.output<typeof ModelDisuse>, res: Response): Promise<string | null> {
    if (!body.all_tenants) return (await ensureTenant(tx, body.tenant_name ?? DEFAULT_TENANT)).id;
    if (principalOf(res)?.installation !== true) throw roleNeeded('installation');
    return null;
  }

  async function present(
    id: string | null,
    begun: readonly Backfill[],
  ): Promise<z.input<typeof ModelSwitched>> {
    const row = id === null ? null : await db.run((sql) => findSwitch(sql, id));
    return {
      switch: row === null ? null : presentSwitch(row),
      backfill: begun.map(({ id: reprocess, tenant, pictures }) => ({
        ...{ reprocess_id: reprocess, tenant_name: tenant, pictures },
      })),
    };
  }

  return [
    defineRoute({
      method: 'get',
      path: '/models/{id}',
      operationId: 'getModel',
      summary: 'One model, whose pictures it looks at, and whether workers can use it',
      tag: 'detections',
      needs: 'viewer',
      params: One,
      answers: { 200: { description: 'The model', schema: Model } },
      async handle({ params }, _req, res) {
        res.json(await modelOf(params.id));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/models/{id}/check',
      operationId: 'checkModel',
      summary: 'Have a worker open the model, in a process that may come to harm',
      tag: 'detections',
      needs: 'manager',
      params: One,
      answers: { 200: { description: 'The model, with what came of it', schema: Model } },
      async handle({ params }, _req, res) {
        res.json(await checked(params.id));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/models/{id}/activate',
      operationId: 'activateModel',
      summary: 'Let a model look at pictures from now on, if a worker can open it; boxes of others are kept',
      tag: 'detections',
      needs: 'manager',
      params: One,
      body: ModelUse,
      answers: { 200: { description: 'What was changed, and begun', schema: ModelSwitched } },
      async handle({ params, body }, _req, res) {
        if ((await db.run((sql) => readModel(sql, params.id))) === null) throw notFound('model');
        const { check } = await checked(params.id);
        if (check?.state === 'failed') throw unusable(check);
        const done = await db.tx(async (tx) => {
          const row = await readModel(tx, params.id);
          if (row === null || row.removedAt !== null) throw conflict('The model was removed.');
          if (row.family === 'imported')
            throw conflict('This is a name for boxes from files; there is nothing that could be run.');
          const tenantId = await whose(tx, body, res);
          const wanted = { role: roleOf(row), tenantId, modelId: row.id, backfill: body.backfill };
          return switchModel(tx, wanted);
        });
        dispatcher.kick();
        res.json(await present(done.id, done.backfill));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/models/{id}/deactivate',
      operationId: 'deactivateModel',
      summary: 'Let it look at no more pictures; what it said of others stays',
      tag: 'detections',
      needs: 'manager',
      params: One,
      body: ModelDisuse,
      answers: { 200: { description: 'What was changed', schema: ModelSwitched } },
      async handle({ params, body }, _req, res) {
        const model = await modelOf(params.id);
        const done = await db.tx(async (tx) => {
          const tenantId = await whose(tx, body, res);
          const name = body.tenant_name ?? DEFAULT_TENANT;
          if (tenantId === null ? !model.active : !model.tenants.includes(name))
            throw conflict('The model is not in use there. GET /models/{id} says where it is.');
          return switchModel(tx, { role: model.role, tenantId, modelId: null, backfill: false });
        });
        dispatcher.kick();
        res.json(await present(done.id, done.backfill));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/model-switches',
      operationId: 'listModelSwitches',
      summary: 'Which model took the place of which, the latest first',
      tag: 'detections',
      needs: 'viewer',
      query: SwitchQuery,
      answers: { 200: { description: 'One page', schema: ModelSwitchList } },
      async handle({ query }, _req, res) {
        const { switches, total } = await db.run(async (sql) => {
          const tenantId = await readTenantId(sql, query.tenant_name ?? DEFAULT_TENANT);
          return listSwitches(sql, { tenantId, limit: query.limit, offset: (query.page - 1) * query.limit });
        });
        res.json({
          switches: switches.map(presentSwitch),
          count: switches.length,
          ...pages(query, total),
        } satisfies z.input<typeof ModelSwitchList>);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/model-switches/{id}/undo',
      operationId: 'undoModelSwitch',
      summary: 'Give the place back to the model before; what it said of pictures counts again',
      tag: 'detections',
      needs: 'manager',
      params: OneSwitch,
      answers: { 200: { description: 'What was changed, and begun', schema: ModelSwitched } },
      async handle({ params }, _req, res) {
        const done = await db.tx(async (tx) => {
          const end = await undoSwitch(tx, params.id);
          if (end.end !== 'undone') throw whyNot(end.end);
          return end;
        });
        dispatcher.kick();
        res.json(await present(done.id, done.backfill));
      },
    }),
  ];
}

function unusable({ type, detail }: { type: string | null; detail: string | null }): Problem {
  const known = type !== null && type in FAILURES ? FAILURES[type as keyof typeof FAILURES] : null;
  return new Problem({
    status: 422,
    code: type ?? 'model_unreadable',
    title: known?.title ?? 'The model cannot be used',
    detail: [detail, known?.advice].filter(Boolean).join(' '),
  });
}

function whyNot(end: Exclude<UndoEnd['end'], 'undone'>): Problem {
  switch (end) {
    case 'missing':
      return notFound('switch of models');
    case 'undone before':
      return conflict('It was undone before.');
    case 'not the latest':
      return conflict('Only the latest switch can be undone. GET /model-switches lists them.');
    case 'model removed':
      return conflict('The model before was removed. Add it again, and activate it.');
  }
}
