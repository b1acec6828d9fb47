import { z } from 'zod';
import type { Database } from '../../stores/postgres/database.ts';
import { findAccount, listAccounts, unused } from '../../stores/tenancy/accounts.ts';
import { reportTenants } from '../../stores/tenancy/report.ts';
import { DEFAULT_TENANT } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { presentMetrics, presentText } from '../present/tenant.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { TenantName } from '../schemas/common.ts';
import { AllMetrics, TenantMetrics } from '../schemas/tenants.ts';

/** Tenants beyond this are left to GET /tenants. */
const MOST = 1_000;

/** Counts of all tenants. */
export async function tenantMetrics(db: Database): Promise<z.input<typeof TenantMetrics>[]> {
  const [{ accounts }, reports] = await db.run((sql) =>
    Promise.all([listAccounts(sql, { limit: MOST, offset: 0 }), reportTenants(sql, null)]),
  );
  const of = new Map(reports.map((report) => [report.tenantId, report]));
  return accounts.map((account) => presentMetrics(account, of.get(account.id)));
}

/** What there is, for people and for Prometheus. */
export function metricsRoutes({ db, config }: ApiDeps): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/metrics',
      operationId: 'metrics',
      summary: 'Counts of all tenants: Prometheus text, or JSON when asked for',
      tag: 'tenants',
      needs: 'installation',
      answers: {
        200: {
          description: 'With Accept: application/json; else text',
          schema: AllMetrics,
          also: ['text/plain'],
        },
      },
      async handle(_input, req, res) {
        const tenants = await tenantMetrics(db);
        res.vary('Accept');
        if (req.accepts(['text/plain', 'application/json']) === 'application/json') {
          res.json({ tenants, count: tenants.length } satisfies z.input<typeof AllMetrics>);
          return;
        }
        res.set('Content-Type', 'text/plain; version=0.0.4; charset=utf-8').send(presentText(tenants));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/metrics/tenant/{name}',
      operationId: 'tenantMetrics',
      summary: 'Counts of one tenant',
      tag: 'tenants',
      needs: 'viewer',
      params: z.object({ name: TenantName }),
      answers: { 200: { description: 'Its counts', schema: TenantMetrics } },
      async handle({ params }, _req, res) {
        const known = await db.run((sql) => findAccount(sql, params.name));
        // The page of a new installation shows it before anything was brought in.
        const account =
          known ?? (params.name === DEFAULT_TENANT && !config.access.required ? unused(params.name) : null);
        if (account === null) throw notFound('tenant');
        const [report] = await db.run((sql) => reportTenants(sql, account.id));
        res.json(presentMetrics(account, report) satisfies z.input<typeof TenantMetrics>);
      },
    }),
  ];
}
