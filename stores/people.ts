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
  /** ISO 3166-1 alpha-3. */
  country: string | null;
  /** The state, in two letters. */
  admin1: string | null;
  createdAt: Date;
}

type NewLocation = Omit<Location, 'id' | 'createdAt' | 'country' | 'admin1'> &
  Partial<Pick<Location, 'country' | 'admin1'>>;

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

const locationColumns = (sql: Sql) => sql`
  l.id, l.name, l.latitude, l.longitude, l.timezone, l.country, l.admin1, l.created_at as "createdAt"`;

export async function createLocation(sql: Sql, tenantId: string, location: NewLocation): Promise<Location> {
  const [row] = await sql<Location[]>`
    insert into locations as l (tenant_id, name, latitude, longitude, timezone, country, admin1)
    values (${tenantId}, ${location.name}, ${location.latitude}, ${location.longitude}, ${location.timezone},
      ${location.country ?? null}, ${location.admin1 ?? null})
    returning ${locationColumns(sql)}`;
  if (row === undefined) throw new Error('The insert of a location returned no row.');
  return row;
}

/** @param tenant `undefined`: of all tenants */
export async function listLocations(sql: Sql, tenant: string | undefined): Promise<Location[]> {
  return sql<Location[]>`
    select ${locationColumns(sql)} from locations l
    where ${ofTenant(sql, sql`l.tenant_id`, tenant)} order by l.created_at, l.id`;
}

export async function findLocation(sql: Sql, id: string): Promise<Location | null> {
  const [row] = await sql<Location[]>`
    select ${locationColumns(sql)} from locations l where l.id = ${id}`;
  return row ?? null;
}

/** Says which country a place is in, and which state. What is not given stays as it is. @returns `null`: there is no such place */
export async function placeLocation(
  sql: Sql,
  id: string,
  { country, admin1 }: { country?: string | null; admin1?: string | null },
): Promise<Location | null> {
  const [row] = await sql<Location[]>`
    update locations l set
      country = case when ${country !== undefined} then ${country ?? null} else l.country end,
      admin1 = case when ${admin1 !== undefined} then ${admin1 ?? null} else l.admin1 end
    where l.id = ${id} returning ${locationColumns(sql)}`;
  return row ?? null;
}
