import { Failure } from '../domain/failures.ts';
import type { Sql } from './postgres/database.ts';

/** The tenant of requests that name none. */
export const DEFAULT_TENANT = 'default';

export interface Tenant {
  id: string;
  name: string;
}

/** Nothing new is taken in for a tenant that is being deleted. */
export function tenantGone(): Failure {
  return new Failure('tenant_gone', 'The tenant is being deleted.');
}

/** Finds the tenant by name, making it at first sight. @throws Failure `tenant_gone` */
export async function ensureTenant(sql: Sql, name: string): Promise<Tenant> {
  const [tenant] = await sql<(Tenant & { state: string })[]>`
    with known as (
      -- Nearly always; an upsert would lock and rewrite the row for every request.
      select id, name, state from tenants where name = ${name}
    ), made as (
      insert into tenants (name) select ${name} where not exists (select from known)
      on conflict (name) do update set name = excluded.name
      returning id, name, state
    )
    select id, name, state from known union all select id, name, state from made`;
  if (tenant === undefined) throw new Error('An upsert of a tenant returned no row.');
  if (tenant.state === 'deleting') throw tenantGone();
  return { id: tenant.id, name: tenant.name };
}

/** `null`: there is no such tenant. */
export async function findTenant(sql: Sql, name: string): Promise<Tenant | null> {
  const [tenant] = await sql<Tenant[]>`select id, name from tenants where name = ${name}`;
  return tenant ?? null;
}

/** The id of nobody, who owns nothing. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';

/** The tenant's id for reading, which makes no tenants: one that nobody has made owns nothing. */
export async function readTenantId(sql: Sql, name: string): Promise<string> {
  const [tenant] = await sql<{ id: string }[]>`select id from tenants where name = ${name}`;
  return tenant?.id ?? NOBODY;
}

/** A condition on a tenant's id. @param name `undefined`: any */
export function ofTenant(sql: Sql, column: ReturnType<Sql>, name: string | undefined): ReturnType<Sql> {
  return name === undefined ? sql`true` : sql`${column} = (select id from tenants where name = ${name})`;
}

export async function tenantName(sql: Sql, id: string): Promise<string> {
  const [tenant] = await sql<{ name: string }[]>`select name from tenants where id = ${id}`;
  if (tenant === undefined) throw new Error('A tenant is gone that something belongs to.');
  return tenant.name;
}

/** Those of the named tenants that somebody may work in. */
export async function activeTenants(
  sql: Sql,
  of: { ids: readonly string[] } | { names: readonly string[] },
): Promise<Tenant[]> {
  const wanted =
    'ids' in of
      ? sql`id = any(${of.ids as string[]}::uuid[])`
      : sql`name = any(${of.names as string[]}::text[])`;
  return sql<Tenant[]>`
    select id, name from tenants where ${wanted} and state = 'active' and disabled_at is null order by created_at, name`;
}
