import { enqueue } from '../outbox.ts';
import type { Sql } from '../postgres/database.ts';
import { NOBODY } from '../tenants.ts';

/** What a tenant has. Bytes are those of originals; what is in the trash counts. */
export interface Usage {
  assets: number;
  bytes: number;
  renditions: number;
  renditionBytes: number;
}

export interface Limits {
  /** `null`: none. */
  maxAssets: number | null;
  maxBytes: number | null;
}

export interface Account extends Usage, Limits {
  id: string;
  name: string;
  state: 'active' | 'deleting';
  /** Nobody signs in to it; what runs for it goes on. */
  disabled: boolean;
  createdAt: Date;
}

/** The sum and the changes that were not added to it yet, as of one moment. */
const columns = (sql: Sql) => sql`
  t.id, t.name, t.state, t.max_assets as "maxAssets", t.max_bytes as "maxBytes", t.created_at as "createdAt",
  t.disabled_at is not null as disabled,
  (coalesce(u.assets, 0) + c.assets)::bigint as assets, (coalesce(u.bytes, 0) + c.bytes)::bigint as bytes,
  (coalesce(u.renditions, 0) + c.renditions)::bigint as renditions,
  (coalesce(u.rendition_bytes, 0) + c.rendition_bytes)::bigint as "renditionBytes"`;
const joins = (sql: Sql) => sql`
  left join tenant_usage u on u.tenant_id = t.id
  cross join lateral (
    select coalesce(sum(assets), 0) as assets, coalesce(sum(bytes), 0) as bytes,
      coalesce(sum(renditions), 0) as renditions, coalesce(sum(rendition_bytes), 0) as rendition_bytes
    from tenant_usage_changes where tenant_id = t.id) c`;

export async function findAccount(sql: Sql, name: string): Promise<Account | null> {
  const [row] = await sql<Account[]>`
    select ${columns(sql)} from tenants t ${joins(sql)} where t.name = ${name}`;
  return row ?? null;
}

/** What there is of a tenant before anything was brought in for it: nothing, and no row either. */
export const unused = (name: string): Account => ({
  ...{ id: NOBODY, name, state: 'active', disabled: false, createdAt: new Date() },
  ...{ assets: 0, bytes: 0, renditions: 0, renditionBytes: 0, maxAssets: null, maxBytes: null },
});

export async function listAccounts(
  sql: Sql,
  page: { limit: number; offset: number },
): Promise<{ accounts: Account[]; total: number }> {
  const [count] = await sql<{ total: number }[]>`select count(*) as total from tenants`;
  const accounts = await sql<Account[]>`
    select ${columns(sql)} from tenants t ${joins(sql)}
    order by t.created_at, t.id limit ${page.limit} offset ${page.offset}`;
  return { accounts, total: count?.total ?? 0 };
}

/** @returns whether it is new */
export async function openAccount(sql: Sql, name: string, limits: Limits): Promise<boolean> {
  const rows = await sql`
    insert into tenants (name, max_assets, max_bytes) values (${name}, ${limits.maxAssets}, ${limits.maxBytes})
    on conflict (name) do nothing returning id`;
  return rows.length === 1;
}

export async function setTenantDisabled(sql: Sql, name: string, disabled: boolean): Promise<void> {
  await sql`
    update tenants set disabled_at = case when ${disabled} then coalesce(disabled_at, now()) end, updated_at = now()
    where name = ${name}`;
}

/** What is not given stays as it is. @returns whether there is such a tenant */
export async function changeLimits(sql: Sql, name: string, limits: Partial<Limits>): Promise<boolean> {
  const { maxAssets, maxBytes } = limits;
  const rows = await sql`
    update tenants set updated_at = now(),
      max_assets = case when ${maxAssets !== undefined} then ${maxAssets ?? null}::bigint else max_assets end,
      max_bytes = case when ${maxBytes !== undefined} then ${maxBytes ?? null}::bigint else max_bytes end
    where name = ${name} returning id`;
  return rows.length === 1;
}

/** From here on nothing new is taken in for it; a workflow does the rest. @returns whether there is such a tenant */
export async function closeAccount(tx: Sql, name: string): Promise<boolean> {
  const [tenant] = await tx<{ id: string }[]>`
    update tenants set state = 'deleting', updated_at = now() where name = ${name} returning id`;
  if (tenant === undefined) return false;
  await enqueue(tx, { kind: 'delete-tenant', tenantId: tenant.id, subjectId: tenant.id });
  return true;
}

/** Adds up changes; worth it after some thousands. */
export async function foldUsage(sql: Sql): Promise<void> {
  await sql`select fold_usage(tenant_id) from (select distinct tenant_id from tenant_usage_changes) changed
    where exists (select from tenants where id = tenant_id)`;
}
