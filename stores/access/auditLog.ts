import type { Sql } from '../postgres/database.ts';

export interface AuditEntry {
  /** `null`: about no tenant, or about all of them. */
  tenantId: string | null;
  principalId: string | null;
  /** Name or e-mail, as it was then. */
  principal: string;
  keyPrefix: string | null;
  address: string | null;
  requestId: string;
  operation: string;
  subject: { [parameter: string]: string };
  status: number;
}

export interface AuditRow extends AuditEntry {
  id: number;
  at: Date;
  tenantName: string | null;
}

export async function writeAudit(sql: Sql, entry: AuditEntry): Promise<void> {
  await sql`
    insert into audit_log (tenant_id, principal_id, principal, key_prefix, address, request_id, operation, subject, status)
    values ((select id from tenants where id = ${entry.tenantId}), ${entry.principalId}, ${entry.principal},
      ${entry.keyPrefix}, ${entry.address}, ${entry.requestId}, ${entry.operation}, ${sql.json(entry.subject)},
      ${entry.status})`;
}

export interface AuditFilter {
  /** `null`: all, and what is about none. */
  tenantId: string | null;
  principalId: string | null;
  operation: string | null;
  from: Date | null;
  to: Date | null;
}

/** Newest first. @param before only entries with a smaller id */
export async function listAudit(
  sql: Sql,
  filter: AuditFilter,
  page: { limit: number; before: number | null },
): Promise<AuditRow[]> {
  return sql<AuditRow[]>`
    select a.id, a.at, a.tenant_id as "tenantId", t.name as "tenantName", a.principal_id as "principalId", a.principal,
      a.key_prefix as "keyPrefix", a.address, a.request_id as "requestId", a.operation, a.subject, a.status
    from audit_log a left join tenants t on t.id = a.tenant_id
    where ${filter.tenantId === null ? sql`true` : sql`a.tenant_id = ${filter.tenantId}`}
      and ${filter.principalId === null ? sql`true` : sql`a.principal_id = ${filter.principalId}`}
      and ${filter.operation === null ? sql`true` : sql`a.operation = ${filter.operation}`}
      and ${filter.from === null ? sql`true` : sql`a.at >= ${filter.from}`}
      and ${filter.to === null ? sql`true` : sql`a.at < ${filter.to}`}
      and ${page.before === null ? sql`true` : sql`a.id < ${page.before}`}
    order by a.id desc limit ${page.limit}`;
}
