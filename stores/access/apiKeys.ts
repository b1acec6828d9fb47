import type { Sql } from '../postgres/database.ts';
import { type PrincipalRow, principalColumns } from './principals.ts';

export interface ApiKey {
  id: string;
  principalId: string;
  principalName: string;
  /** `null`: wherever its principal may. */
  tenantId: string | null;
  tenantName: string | null;
  name: string;
  prefix: string;
  scopes: string[];
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

export interface NewKey {
  principalId: string;
  tenantId: string | null;
  name: string;
  prefix: string;
  /** SHA-256 of the whole key. */
  hash: Buffer;
  scopes: readonly string[];
  expiresAt: Date | null;
}

const columns = (sql: Sql) => sql`
  k.id, k.principal_id as "principalId", p.name as "principalName", k.tenant_id as "tenantId", t.name as "tenantName",
  k.name, k.prefix, k.scopes, k.created_at as "createdAt", k.expires_at as "expiresAt", k.last_used_at as "lastUsedAt",
  k.revoked_at as "revokedAt"`;
const joined = (sql: Sql) => sql`
  api_keys k join principals p on p.id = k.principal_id left join tenants t on t.id = k.tenant_id`;

export async function addKey(sql: Sql, key: NewKey): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    insert into api_keys (principal_id, tenant_id, name, prefix, hash, scopes, expires_at)
    values (${key.principalId}, ${key.tenantId}, ${key.name}, ${key.prefix}, ${key.hash}, ${key.scopes as string[]},
      ${key.expiresAt})
    returning id`;
  if (row === undefined) throw new Error('The insert of a key returned no row.');
  return row.id;
}

export async function findKey(sql: Sql, id: string): Promise<ApiKey | null> {
  const [row] = await sql<ApiKey[]>`select ${columns(sql)} from ${joined(sql)} where k.id = ${id}`;
  return row ?? null;
}

/** @param of one's own, those of some tenants, or `null`: all */
export async function listKeys(
  sql: Sql,
  of: { principalId: string; tenantIds: readonly string[] } | null,
): Promise<ApiKey[]> {
  const where =
    of === null
      ? sql`true`
      : sql`(k.principal_id = ${of.principalId} or k.tenant_id = any(${of.tenantIds as string[]}::uuid[]))`;
  return sql<ApiKey[]>`
    select ${columns(sql)} from ${joined(sql)} where ${where} order by k.created_at, k.id`;
}

/** @returns whether there was one that was not revoked */
export async function revokeKey(sql: Sql, id: string): Promise<boolean> {
  const rows = await sql`
    update api_keys set revoked_at = now() where id = ${id} and revoked_at is null returning id`;
  return rows.length === 1;
}

/** Gives a key a new secret; the old one is of no use from then on. @returns whether there is such a key */
export async function rotateKey(
  sql: Sql,
  id: string,
  fresh: { prefix: string; hash: Buffer },
): Promise<boolean> {
  const rows = await sql`
    update api_keys set prefix = ${fresh.prefix}, hash = ${fresh.hash}, last_used_at = null
    where id = ${id} and revoked_at is null returning id`;
  return rows.length === 1;
}

/** What is behind the shown part of a key, while it is good. The caller compares the hash. */
export async function keyByPrefix(
  sql: Sql,
  prefix: string,
): Promise<{
  id: string;
  hash: Buffer;
  tenantId: string | null;
  scopes: string[];
  owner: PrincipalRow;
} | null> {
  const [row] = await sql<
    (PrincipalRow & { keyId: string; hash: Buffer; tenantId: string | null; scopes: string[] })[]
  >`
    select k.id as "keyId", k.hash, k.tenant_id as "tenantId", k.scopes, ${principalColumns(sql)}
    from api_keys k join principals p on p.id = k.principal_id
    where k.prefix = ${prefix} and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
      and p.disabled_at is null`;
  if (row === undefined) return null;
  const { keyId: id, hash, tenantId, scopes, ...owner } = row;
  return { id, hash, tenantId, scopes, owner };
}

/** Notes that a key was used, to the minute: it must not cost a write with every request. */
export async function noteUse(sql: Sql, id: string): Promise<void> {
  await sql`
    update api_keys set last_used_at = now()
    where id = ${id} and (last_used_at is null or last_used_at < now() - interval '1 minute')`;
}
