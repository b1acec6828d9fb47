import type { Request } from 'express';
import { z } from 'zod';
import { lockRow } from '../../stores/lockRow.ts';
import type { Sql } from '../../stores/postgres/database.ts';
import {
  type Account,
  changeLimits,
  closeAccount,
  findAccount,
  listAccounts,
  openAccount,
  setTenantDisabled,
} from '../../stores/tenancy/accounts.ts';
import { DEFAULT_TENANT, ensureTenant } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { checkVersion, expectedVersions, sendVersioned, versionOf } from '../http/versions.ts';
import { pages } from '../present/page.ts';
import { presentTenant } from '../present/tenant.ts';
import { conflict, notFound, Problem } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { PageQuery, TenantName } from '../schemas/common.ts';
import { Tenant, TenantCreate, TenantList, TenantPatch } from '../schemas/tenants.ts';

const OneTenant = z.object({ name: TenantName });

function unconfirmed(name: string): Problem {
  return new Problem({
    status: 422,
    code: 'not_confirmed',
    title: 'The deletion is not confirmed',
    detail: `Everything of this tenant would be deleted for good. If that is what you want, add ?confirm=${encodeURIComponent(name)}.`,
    errors: [{ pointer: '/query/confirm', detail: 'must be the name of the tenant' }],
  });
}

/** Of what is said of a tenant; what it has changes by itself. */
const versionOfTenant = ({ maxAssets, maxBytes, disabled, state }: Account): string =>
  versionOf({ maxAssets, maxBytes, disabled, state });

/** Who pictures belong to, and how many they may have. */
export function tenantRoutes({ db, dispatcher, config }: ApiDeps): Route[] {
  async function find(name: string): Promise<Account> {
    const account = await db.run((sql) => findAccount(sql, name));
    if (account === null) throw notFound('tenant');
    return account;
  }

  /** Holds a tenant that is about to be changed. @throws Problem 404, 412 */
  async function hold(tx: Sql, name: string, req: Request): Promise<void> {
    await lockRow(tx, 'tenants', name, 'name');
    const account = await findAccount(tx, name);
    if (account === null) throw notFound('tenant');
    checkVersion(expectedVersions(req), versionOfTenant(account));
  }

  return [
    defineRoute({
      method: 'get',
      path: '/tenants',
      operationId: 'listTenants',
      summary: 'All tenants, with what they have and may have',
      tag: 'tenants',
      needs: 'installation',
      query: PageQuery,
      answers: { 200: { description: 'One page', schema: TenantList } },
      async handle({ query }, _req, res) {
        const { accounts, total } = await db.run((sql) =>
          listAccounts(sql, { limit: query.limit, offset: (query.page - 1) * query.limit }),
        );
        res.json({
          tenants: accounts.map(presentTenant),
          count: accounts.length,
          ...pages(query, total),
        } satisfies z.input<typeof TenantList>);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/tenants',
      operationId: 'createTenant',
      summary:
        'Name a tenant and its limits; one that is named in an upload is made by itself, without limits',
      tag: 'tenants',
      needs: 'installation',
      body: TenantCreate,
      answers: { 201: { description: 'The tenant', schema: Tenant } },
      async handle({ body }, _req, res) {
        const limits = { maxAssets: body.max_assets, maxBytes: body.max_bytes };
        if (!(await db.run((sql) => openAccount(sql, body.name, limits))))
          throw conflict(`There is a tenant "${body.name}" already. Change its limits with PATCH.`);
        res
          .status(201)
          .location(`/tenants/${encodeURIComponent(body.name)}`)
          .json(presentTenant(await find(body.name)));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/tenants/{name}',
      operationId: 'getTenant',
      summary: 'One tenant',
      tag: 'tenants',
      needs: 'viewer',
      params: OneTenant,
      versioned: true,
      answers: { 200: { description: 'The tenant', schema: Tenant } },
      async handle({ params }, _req, res) {
        const account = await find(params.name);
        sendVersioned(res, versionOfTenant(account), presentTenant(account));
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/tenants/{name}',
      operationId: 'changeTenant',
      summary: 'Change the limits of a tenant; what it has stays, also when that is more',
      tag: 'tenants',
      needs: 'installation',
      params: OneTenant,
      body: TenantPatch,
      versioned: true,
      answers: { 200: { description: 'The tenant', schema: Tenant } },
      async handle({ params, body }, req, res) {
        const limits = {
          ...(body.max_assets !== undefined && { maxAssets: body.max_assets }),
          ...(body.max_bytes !== undefined && { maxBytes: body.max_bytes }),
        };
        await db.tx(async (tx) => {
          // Where nobody signs in, its settings are there before anything was brought in for it.
          if (params.name === DEFAULT_TENANT && !config.access.required) await ensureTenant(tx, params.name);
          await hold(tx, params.name, req);
          await changeLimits(tx, params.name, limits);
          if (body.disabled !== undefined) await setTenantDisabled(tx, params.name, body.disabled);
        });
        const account = await find(params.name);
        sendVersioned(res, versionOfTenant(account), presentTenant(account));
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/tenants/{name}',
      operationId: 'deleteTenant',
      summary: 'Delete a tenant and everything that belongs to it, for good',
      tag: 'tenants',
      needs: 'installation',
      params: OneTenant,
      query: z.object({
        confirm: z.string().optional().meta({ description: 'The name again, so that it is no accident' }),
      }),
      versioned: true,
      problems: [409],
      answers: { 202: { description: 'It is being deleted; then it is not found any more', schema: Tenant } },
      async handle({ params, query }, req, res) {
        const account = await find(params.name);
        if (query.confirm !== params.name) throw unconfirmed(params.name);
        await db.tx(async (tx) => {
          await hold(tx, params.name, req);
          await closeAccount(tx, params.name);
        });
        dispatcher.kick();
        res.status(202).json(presentTenant({ ...account, state: 'deleting' }));
      },
    }),
  ];
}
