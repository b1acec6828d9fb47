import type { Request, Response } from 'express';
import { z } from 'zod';
import { lockRow } from '../../stores/lockRow.ts';
import type { Sql } from '../../stores/postgres/database.ts';
import { listFirings } from '../../stores/rules/firings.ts';
import {
  changeRule,
  createRule,
  findRule,
  listRules,
  type Rule as Row,
  removeRule,
} from '../../stores/rules/rules.ts';
import { DEFAULT_TENANT, ensureTenant, readTenantId } from '../../stores/tenants.ts';
import { findWebhook } from '../../stores/webhooks/webhooks.ts';
import type { ApiDeps } from '../deps.ts';
import { checkVersion, expectedVersions, sendVersioned, versionOf } from '../http/versions.ts';
import { pages } from '../present/page.ts';
import { conditionOf, presentFiring, presentRule } from '../present/rule.ts';
import { conflict, notFound, wrong } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { tryRule } from '../rules/trial.ts';
import { Uuid } from '../schemas/common.ts';
import {
  Rule,
  RuleChange,
  RuleCreate,
  RuleFiringList,
  RuleFiringQuery,
  RuleList,
  RuleListQuery,
  RuleTrial,
  RuleTry,
} from '../schemas/rules.ts';

/** Rules of one tenant: each looks at every picture. */
const MOST = 100;
const One = z.object({ id: Uuid });

const versionOfRule = ({ name, enabled, when, gapMinutes, webhookId }: Row): string =>
  versionOf({ name, enabled, when, gapMinutes, webhookId });

/** What people want to be told of when it is seen. */
export function ruleRoutes({ db }: ApiDeps): Route[] {
  async function find(id: string): Promise<Row> {
    const row = await db.run((sql) => findRule(sql, id));
    if (row === null) throw notFound('rule');
    return row;
  }

  async function send(id: string, res: Response): Promise<void> {
    const row = await find(id);
    sendVersioned(res, versionOfRule(row), presentRule(row));
  }

  /** Holds a rule that is about to be changed. @throws Problem 404, 412 */
  async function hold(tx: Sql, id: string, req: Request): Promise<Row> {
    await lockRow(tx, 'rules', id);
    const row = await findRule(tx, id);
    if (row === null) throw notFound('rule');
    checkVersion(expectedVersions(req), versionOfRule(row));
    return row;
  }

  /** @throws Problem: a webhook of another tenant is none. */
  async function webhookOf(sql: Sql, tenantId: string, id: string | undefined): Promise<string | null> {
    if (id === undefined) return null;
    const webhook = await findWebhook(sql, id);
    if (webhook?.tenantId !== tenantId) throw wrong('tell/webhook_id', 'There is no such webhook.');
    return id;
  }

  return [
    defineRoute({
      method: 'post',
      path: '/rules',
      operationId: 'createRule',
      summary: 'Be told of what is seen in pictures that come from now on',
      tag: 'rules',
      needs: 'manager',
      body: RuleCreate,
      answers: { 201: { description: 'The rule', schema: Rule } },
      async handle({ body }, _req, res) {
        const tenant = await db.run((sql) => ensureTenant(sql, body.tenant_name ?? DEFAULT_TENANT));
        const input = {
          ...{
            name: body.name,
            enabled: body.enabled,
            gapMinutes: body.gap_minutes,
            when: conditionOf(body.when),
          },
          webhookId: await db.run((sql) => webhookOf(sql, tenant.id, body.tell.webhook_id)),
        };
        const id = await db.tx((tx) => createRule(tx, tenant.id, input, MOST));
        if (id === null) throw conflict(`A tenant may have ${MOST} rules. Delete one first.`);
        res
          .status(201)
          .location(`/rules/${id}`)
          .json(presentRule(await find(id)));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/rules',
      operationId: 'listRules',
      summary: 'Rules of a tenant',
      tag: 'rules',
      needs: 'viewer',
      query: RuleListQuery,
      answers: { 200: { description: 'All of them', schema: RuleList } },
      async handle({ query }, _req, res) {
        const rows = await db.run(async (sql) =>
          listRules(sql, await readTenantId(sql, query.tenant_name ?? DEFAULT_TENANT)),
        );
        res.json({ rules: rows.map(presentRule), count: rows.length } satisfies z.input<typeof RuleList>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/rules/{id}',
      operationId: 'getRule',
      summary: 'One rule',
      tag: 'rules',
      needs: 'viewer',
      params: One,
      versioned: true,
      answers: { 200: { description: 'The rule', schema: Rule } },
      async handle({ params }, _req, res) {
        await send(params.id, res);
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/rules/{id}',
      operationId: 'changeRule',
      summary: 'Change a rule, or switch it off and on; what it fired for stays in its log',
      tag: 'rules',
      needs: 'manager',
      params: One,
      body: RuleChange,
      versioned: true,
      answers: { 200: { description: 'The rule', schema: Rule } },
      async handle({ params, body }, req, res) {
        await db.tx(async (tx) => {
          const before = await hold(tx, params.id, req);
          await changeRule(tx, params.id, {
            name: body.name ?? before.name,
            enabled: body.enabled ?? before.enabled,
            when: body.when === undefined ? before.when : conditionOf(body.when),
            gapMinutes: body.gap_minutes ?? before.gapMinutes,
            webhookId:
              body.tell === undefined
                ? before.webhookId
                : await webhookOf(tx, before.tenantId, body.tell.webhook_id),
          });
        });
        await send(params.id, res);
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/rules/{id}',
      operationId: 'deleteRule',
      summary: 'Delete a rule and its log',
      tag: 'rules',
      needs: 'manager',
      params: One,
      versioned: true,
      answers: { 204: { description: 'Done' } },
      async handle({ params }, req, res) {
        await db.tx(async (tx) => {
          await hold(tx, params.id, req);
          await removeRule(tx, params.id);
        });
        res.status(204).end();
      },
    }),
    defineRoute({
      method: 'post',
      path: '/rules/{id}/try',
      operationId: 'tryRule',
      summary:
        'What a rule would have fired for in the last days; nobody is told, and it may be switched off',
      tag: 'rules',
      needs: 'contributor',
      params: One,
      body: RuleTry,
      answers: { 200: { description: 'The alerts that there would have been', schema: RuleTrial } },
      async handle({ params, body }, _req, res) {
        res.json(await tryRule(db, await find(params.id), body.days));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/rules/{id}/firings',
      operationId: 'listRuleFirings',
      summary: 'What a rule fired for, the newest first',
      tag: 'rules',
      needs: 'viewer',
      params: One,
      query: RuleFiringQuery,
      answers: { 200: { description: 'One page', schema: RuleFiringList } },
      async handle({ params, query }, _req, res) {
        await find(params.id);
        const { firings, total } = await db.run((sql) =>
          listFirings(sql, params.id, { limit: query.limit, offset: (query.page - 1) * query.limit }),
        );
        res.json({
          firings: firings.map(presentFiring),
          count: firings.length,
          ...pages(query, total),
        } satisfies z.input<typeof RuleFiringList>);
      },
    }),
  ];
}
