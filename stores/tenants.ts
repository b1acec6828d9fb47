import type { Sql } from './postgres/database.ts';

/** The tenant of requests that name none. */
export const DEFAULT_TENANT = 'default';

export interface Tenant {
  id: string;
  name: string;
}

/** Finds the tenant by name, making it at first sight. */
export async function ensureTenant(sql: Sql, name: string): Promise<Tenant> {
  const [tenant] = await sql<Tenant[]>`
    insert into tenants (name) values (${name})
    on conflict (name) do update set name = excluded.name
    returning id, name`;
  if (tenant === undefined) throw new Error('An upsert of a tenant returned no row.');
  return tenant;
}

export async function tenantName(sql: Sql, id: string): Promise<string> {
  const [tenant] = await sql<{ name: string }[]>`select name from tenants where id = ${id}`;
  if (tenant === undefined) throw new Error('A tenant is gone that something belongs to.');
  return tenant.name;
}

export async function findTenant(sql: Sql, name: string): Promise<Tenant | null> {
  const [tenant] = await sql<Tenant[]>`select id, name from tenants where name = ${name}`;
  return tenant ?? null;
}
