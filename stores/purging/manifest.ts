import type { Sql } from '../postgres/database.ts';

/** Most assets of one manifest; the oldest come first and another purge takes the rest. */
const MOST_ASSETS = 200_000;
/** How many ids are shown. */
const SAMPLE = 20;

/** `listed` (nothing happened yet), `approved`, `hidden` (may be undone), `deleting`, and the two ends. */
export type PurgeState = 'listed' | 'approved' | 'hidden' | 'deleting' | 'completed' | 'undone';

export interface PurgeRequest {
  /** `null`: all tenants. */
  tenantId: string | null;
  /** Older than so many days. */
  days: number;
  /** Only what lies in the trash for longer than that. */
  trashedOnly: boolean;
  askedBy: 'person' | 'schedule';
  /** How long it can be approved, in minutes. */
  expiresInMinutes: number;
}

/**
 * Freezes what a purge with these limits would take: assets that were created more than `days` days ago or, with
 * `trashedOnly`, that lie in the trash for longer than that. What another purge holds already is left out.
 *
 * The digest is SHA-256 over one line `<asset id> <bytes> <why>\n` for each asset, by ascending id.
 */
export async function freezeManifest(tx: Sql, request: PurgeRequest): Promise<string> {
  const { tenantId, days, trashedOnly } = request;
  const [manifest] = await tx<{ id: string }[]>`
    insert into purge_manifests (tenant_id, days, trashed_only, asked_by, expires_at)
    values (${tenantId}, ${days}, ${trashedOnly}, ${request.askedBy},
      now() + ${request.expiresInMinutes} * interval '1 minute')
    returning id`;
  if (manifest === undefined) throw new Error('The insert of a manifest returned no row.');
  const { id } = manifest;
  await tx`
    insert into purge_manifest_assets (purge_id, asset_id, tenant_id, bytes, why)
    select ${id}, a.id, a.tenant_id,
      a.bytes + coalesce((select sum(r.bytes) from renditions r where r.asset_id = a.id), 0),
      ${trashedOnly ? 'trash' : 'age'}
    from assets a
    where (${tenantId}::uuid is null or a.tenant_id = ${tenantId})
      and a.trashed_by is distinct from 'purge'
      and ${
        trashedOnly
          ? tx`a.state = 'trashed' and a.trashed_at < now() - ${days} * interval '1 day'`
          : tx`a.state in ('ready', 'trashed') and a.created_at < now() - ${days} * interval '1 day'`
      }
    order by a.created_at, a.id limit ${MOST_ASSETS}`;
  await tx`
    update purge_manifests p set assets = s.assets, bytes = s.bytes, oldest = s.oldest, newest = s.newest,
      complete = s.assets < ${MOST_ASSETS}, digest = s.digest
    from (
      select count(*) as assets, coalesce(sum(m.bytes), 0) as bytes, min(a.created_at) as oldest, max(a.created_at) as newest,
        sha256(convert_to(coalesce(string_agg(m.asset_id || ' ' || m.bytes || ' ' || m.why || E'\n', '' order by m.asset_id), ''),
          'UTF8')) as digest
      from purge_manifest_assets m join assets a on a.id = m.asset_id where m.purge_id = ${id}
    ) s where p.id = ${id}`;
  return id;
}

export interface Purge {
  id: string;
  tenantId: string | null;
  tenantName: string | null;
  days: number;
  trashedOnly: boolean;
  askedBy: 'person' | 'schedule';
  state: PurgeState;
  assets: number;
  bytes: number;
  oldest: Date | null;
  newest: Date | null;
  complete: boolean;
  /** Lower-case hex. */
  digest: string;
  createdAt: Date;
  expiresAt: Date;
  approvedAt: Date | null;
  undoUntil: Date | null;
  undoAskedAt: Date | null;
  finishedAt: Date | null;
  report: PurgeReport | null;
  /** How many of its assets are in which state. */
  progress: Partial<Record<'listed' | 'hidden' | 'deleting' | 'deleted' | 'skipped' | 'restored', number>>;
  /** The first few. */
  sample: number[];
}

/** What was done, signed; see signature.ts. JSON as it is kept, shown and verified. */
export interface PurgeReport {
  purge_id: string;
  tenant: string | null;
  days: number;
  trashed_only: boolean;
  asked_by: string;
  /** Of the manifest that was approved. */
  digest: string;
  approved_at: string;
  finished_at: string;
  outcome: 'completed' | 'undone';
  listed: number;
  deleted: number;
  bytes_freed: number;
  /** SHA-256 over one line `<asset id> <sha256 of its original>\n` for each deleted asset, by ascending id. */
  deleted_digest: string;
  restored: number;
  /** Why assets of the manifest were left alone, and how many for each reason. */
  skipped: Record<string, number>;
  /** HMAC-SHA-256; `null`: no SECRET_KEY was set. */
  signature: { key_id: string; hmac: string } | null;
}

type Fragment = ReturnType<Sql>;

async function readPurges(sql: Sql, where: Fragment, tail: Fragment): Promise<Purge[]> {
  return sql<Purge[]>`
    select p.id, p.tenant_id as "tenantId", t.name as "tenantName", p.days, p.trashed_only as "trashedOnly",
      p.asked_by as "askedBy", p.state, p.assets, p.bytes, p.oldest, p.newest, p.complete,
      encode(p.digest, 'hex') as digest, p.created_at as "createdAt", p.expires_at as "expiresAt",
      p.approved_at as "approvedAt", p.undo_until as "undoUntil", p.undo_asked_at as "undoAskedAt",
      p.finished_at as "finishedAt", p.report,
      (select coalesce(jsonb_object_agg(state, n), '{}') from (
        select state, count(*) as n from purge_manifest_assets where purge_id = p.id group by state) s) as progress,
      (select coalesce(jsonb_agg(asset_id order by asset_id), '[]') from (
        select asset_id from purge_manifest_assets where purge_id = p.id order by asset_id limit ${SAMPLE}) s) as sample
    from purge_manifests p left join tenants t on t.id = p.tenant_id
    where ${where} ${tail}`;
}

export async function findPurge(sql: Sql, id: string): Promise<Purge | null> {
  const [row] = await readPurges(sql, sql`p.id = ${id}`, sql`limit 1`);
  return row ?? null;
}

/** Newest first. */
export async function listPurges(
  sql: Sql,
  page: { tenantId: string | null; limit: number; offset: number },
): Promise<{ purges: Purge[]; total: number }> {
  const where: Fragment = sql`(${page.tenantId}::uuid is null or p.tenant_id = ${page.tenantId})`;
  const [count] = await sql<
    { total: number }[]
  >`select count(*) as total from purge_manifests p where ${where}`;
  const purges = await readPurges(
    sql,
    where,
    sql`order by p.created_at desc, p.id limit ${page.limit} offset ${page.offset}`,
  );
  return { purges, total: count?.total ?? 0 };
}

/** Manifests that nobody approved in time. */
export async function dropExpired(sql: Sql): Promise<void> {
  await sql`delete from purge_manifests where state = 'listed' and expires_at < now() - interval '1 day'`;
}
