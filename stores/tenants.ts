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

/** @returns `null` when nobody has used that name yet: reading makes no tenants */
export async function findTenant(sql: Sql, name: string): Promise<Tenant | null> {
  const [tenant] = await sql<Tenant[]>`select id, name from tenants where name = ${name}`;
  return tenant ?? null;
}
