import type { Sql } from '../postgres/database.ts';

/** What became of everything that a tenant brought in, counted from rows. */
export interface TenantReport {
  tenantId: string;
  assetsByState: Record<string, number>;
  /** Items of imports and uploads. */
  jobs: Record<string, number>;
  failures: Record<string, number>;
}

/** @param tenantId `null`: all tenants, in the same few passes */
export async function reportTenants(sql: Sql, tenantId: string | null): Promise<TenantReport[]> {
  const of = sql`(${tenantId}::uuid is null or tenant_id = ${tenantId})`;
  return sql<TenantReport[]>`
    with assets_by as (
      select tenant_id, jsonb_object_agg(state, n) as counts
      from (select tenant_id, state, count(*) as n from assets where ${of} group by 1, 2) s group by 1
    ), items_by as (
      select tenant_id, jsonb_object_agg(state, n) as counts
      from (select tenant_id, state, count(*) as n from import_items where ${of} group by 1, 2) s group by 1
    ), failed_by as (
      select tenant_id, jsonb_object_agg(reason, n) as counts
      from (select tenant_id, reason, count(*) as n from import_items where state = 'failed' and ${of} group by 1, 2) s group by 1
    )
    select t.id as "tenantId", coalesce(a.counts, '{}') as "assetsByState", coalesce(i.counts, '{}') as jobs,
      coalesce(f.counts, '{}') as failures
    from tenants t left join assets_by a on a.tenant_id = t.id left join items_by i on i.tenant_id = t.id
    left join failed_by f on f.tenant_id = t.id
    where ${tenantId}::uuid is null or t.id = ${tenantId}`;
}
