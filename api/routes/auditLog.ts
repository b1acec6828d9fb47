import type { z } from 'zod';
import { type AuditRow, listAudit } from '../../stores/access/auditLog.ts';
import { findTenant } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { AuditLog, AuditQuery } from '../schemas/access.ts';

const present = (row: AuditRow): z.input<typeof AuditLog>['entries'][number] => ({
  ...{ id: row.id, at: row.at.toISOString(), tenant_name: row.tenantName, principal_id: row.principalId },
  ...{ principal: row.principal, key_prefix: row.keyPrefix, address: row.address, request_id: row.requestId },
  ...{ operation: row.operation, subject: row.subject, status: row.status },
});

/** Who did what. */
export function auditLogRoutes({ db }: ApiDeps): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/audit-log',
      operationId: 'listAuditLog',
      summary: 'Changes that were asked for, by whom and how they ended, newest first',
      tag: 'access',
      needs: 'admin',
      query: AuditQuery,
      answers: { 200: { description: 'One page', schema: AuditLog } },
      async handle({ query }, _req, res) {
        const { tenant_name: name, limit, cursor } = query;
        const filter = {
          principalId: query.principal_id ?? null,
          operation: query.operation ?? null,
          from: query.from === undefined ? null : new Date(query.from),
          to: query.to === undefined ? null : new Date(query.to),
        };
        const rows = await db.as('all', async () => {
          const tenant = name === undefined ? null : await db.run((sql) => findTenant(sql, name));
          if (tenant === null && name !== undefined) throw notFound('tenant');
          return db.run((sql) =>
            listAudit(sql, { ...filter, tenantId: tenant?.id ?? null }, { limit, before: cursor ?? null }),
          );
        });
        res.json({
          entries: rows.map(present),
          count: rows.length,
          next_cursor: rows.length < limit ? null : (rows.at(-1)?.id ?? null),
        } satisfies z.input<typeof AuditLog>);
      },
    }),
  ];
}
