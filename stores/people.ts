import type { Sql } from './postgres/database.ts';
import { ofTenant } from './tenants.ts';

export interface User {
  id: string;
  name: string;
  email: string | null;
  createdAt: Date;
}

export interface Location {
  id: string;
  name: string;
  latitude: number | null;
  longitude: number | null;
  timezone: string | null;
  createdAt: Date;
}

export async function createUser(
  sql: Sql,
  tenantId: string,
  { name, email }: { name: string; email: string | null },
): Promise<User> {
  const [row] = await sql<User[]>`
    insert into users (tenant_id, name, email) values (${tenantId}, ${name}, ${email})
    returning id, name, email, created_at as "createdAt"`;
  if (row === undefined) throw new Error('The insert of a user returned no row.');
  return row;
}

/** @param tenant `undefined`: of all tenants */
export async function listUsers(sql: Sql, tenant: string | undefined): Promise<User[]> {
  return sql<User[]>`
    select id, name, email, created_at as "createdAt" from users
    where ${ofTenant(sql, sql`tenant_id`, tenant)} order by created_at, id`;
}

export async function findUser(sql: Sql, id: string): Promise<User | null> {
  const [row] = await sql<User[]>`
    select id, name, email, created_at as "createdAt" from users where id = ${id}`;
  return row ?? null;
}

export async function createLocation(
  sql: Sql,
  tenantId: string,
  location: Omit<Location, 'id' | 'createdAt'>,
): Promise<Location> {
  const [row] = await sql<Location[]>`
    insert into locations (tenant_id, name, latitude, longitude, timezone)
    values (${tenantId}, ${location.name}, ${location.latitude}, ${location.longitude}, ${location.timezone})
    returning id, name, latitude, longitude, timezone, created_at as "createdAt"`;
  if (row === undefined) throw new Error('The insert of a location returned no row.');
  return row;
}

/** @param tenant `undefined`: of all tenants */
export async function listLocations(sql: Sql, tenant: string | undefined): Promise<Location[]> {
  return sql<Location[]>`
    select id, name, latitude, longitude, timezone, created_at as "createdAt" from locations
    where ${ofTenant(sql, sql`tenant_id`, tenant)} order by created_at, id`;
}

export async function findLocation(sql: Sql, id: string): Promise<Location | null> {
  const [row] = await sql<Location[]>`
    select id, name, latitude, longitude, timezone, created_at as "createdAt" from locations where id = ${id}`;
  return row ?? null;
}
