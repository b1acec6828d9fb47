import type { CapturedAtOrigin } from '../domain/facts.ts';
import type { Sql } from './postgres/database.ts';
import type { TrashedBy } from './trash.ts';

export type AssetState = 'pending' | 'ready' | 'rejected' | 'failed' | 'trashed' | 'deleting' | 'deleted';

export interface AssetRow {
  id: number;
  uid: string;
  tenantId: string;
  tenantName: string;
  state: AssetState;
  sha256: string;
  bytes: number;
  name: string;
  mediaType: string;
  sourceKind: string;
  /** The id that the source gave the item which brought the bytes in. */
  externalId: string | null;
  reason: string | null;
  detail: string | null;
  format: string | null;
  width: number | null;
  height: number | null;
  pages: number | null;
  orientation: number | null;
  capturedAt: Date | null;
  capturedAtOrigin: CapturedAtOrigin | null;
  cameraMake: string | null;
  cameraModel: string | null;
  latitude: number | null;
  longitude: number | null;
  exif: Record<string, string | number>;
  phash: string | null;
  thumbhash: string | null;
  detectionState: string | null;
  detectionReason: string | null;
  /** What covering renditions are cut around, as shares of the upright size. */
  focalPoint: { x: number; y: number } | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface RenditionRow {
  assetId: number;
  preset: string;
  version: number;
  objectKey: string;
  width: number;
  height: number;
  bytes: number;
  sha256: string;
  mediaType: string;
}

const columns = (sql: Sql) => sql`
  a.id, a.uid, a.tenant_id as "tenantId", t.name as "tenantName", a.state, encode(a.sha256, 'hex') as sha256, a.bytes, a.name,
  a.media_type as "mediaType", a.source_kind as "sourceKind", i.external_id as "externalId", a.reason, a.detail, a.format, a.width, a.height, a.pages,
  a.orientation, a.captured_at as "capturedAt", a.captured_at_origin as "capturedAtOrigin", a.camera_make as "cameraMake",
  a.camera_model as "cameraModel", a.latitude, a.longitude, a.exif, to_hex(a.phash::bigint) as phash,
  encode(a.thumbhash, 'base64') as thumbhash, a.detection_state as "detectionState",
  a.detection_reason as "detectionReason",
  case when a.focal_x is not null then jsonb_build_object('x', a.focal_x, 'y', a.focal_y) end as "focalPoint", a.created_at as "createdAt", a.updated_at as "updatedAt"`;

export async function findAsset(sql: Sql, id: number): Promise<AssetRow | null> {
  const [row] = await sql<AssetRow[]>`
    select ${columns(sql)} from assets a join tenants t on t.id = a.tenant_id left join import_items i on i.id = a.item_id
    where a.id = ${id} and a.state not in ('deleting', 'deleted')`;
  return row === undefined ? null : padded(row);
}

/** The ready ones of the given assets, in the order of the ids. */
export async function readyAssets(sql: Sql, ids: readonly number[]): Promise<AssetRow[]> {
  const rows = await sql<AssetRow[]>`
    select ${columns(sql)} from assets a join tenants t on t.id = a.tenant_id left join import_items i on i.id = a.item_id
    where a.id = any(${ids as number[]}::bigint[]) and a.state = 'ready'`;
  const found = new Map(rows.map((row) => [row.id, padded(row)]));
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** Ready assets, newest first. */
export async function listAssets(
  sql: Sql,
  query: { source: string | null; limit: number; offset: number },
): Promise<{ assets: AssetRow[]; total: number }> {
  const where = sql`a.state = 'ready' ${query.source === null ? sql`` : sql`and a.source_kind = any(${spellings(query.source)}::text[])`}`;
  const [count] = await sql<{ total: number }[]>`select count(*) as total from assets a where ${where}`;
  const assets = await sql<AssetRow[]>`
    select ${columns(sql)} from assets a join tenants t on t.id = a.tenant_id left join import_items i on i.id = a.item_id
    where ${where} order by a.id desc limit ${query.limit} offset ${query.offset}`;
  return { assets: assets.map(padded), total: count?.total ?? 0 };
}

export interface TrashedRow extends AssetRow {
  trashedAt: Date;
  trashedBy: TrashedBy;
  purgeId: string | null;
}

/** What lies in the trash, the latest first. */
export async function listTrash(
  sql: Sql,
  query: { tenantId: string | null; limit: number; offset: number },
): Promise<{ assets: TrashedRow[]; total: number }> {
  const where = sql`a.state = 'trashed' and (${query.tenantId}::uuid is null or a.tenant_id = ${query.tenantId})`;
  const [count] = await sql<{ total: number }[]>`select count(*) as total from assets a where ${where}`;
  const rows = await sql<TrashedRow[]>`
    select ${columns(sql)}, a.trashed_at as "trashedAt", a.trashed_by as "trashedBy", a.purge_id as "purgeId"
    from assets a join tenants t on t.id = a.tenant_id left join import_items i on i.id = a.item_id
    where ${where} order by a.trashed_at desc, a.id desc limit ${query.limit} offset ${query.offset}`;
  return { assets: rows.map((row) => ({ ...row, ...padded(row) })), total: count?.total ?? 0 };
}

/** The older services wrote `google_drive` where others write `http-directory`. */
const spellings = (kind: string): string[] => [kind, kind.replaceAll('_', '-'), kind.replaceAll('-', '_')];

/** `to_hex` drops leading zeros. */
function padded(row: AssetRow): AssetRow {
  return { ...row, phash: row.phash?.padStart(16, '0') ?? null };
}

/** What presets say, largest first; what was made on the fly is nobody's business. */
export async function renditionsOf(sql: Sql, assetIds: readonly number[]): Promise<RenditionRow[]> {
  return sql<RenditionRow[]>`
    select r.asset_id as "assetId", r.preset, r.version, r.object_key as "objectKey", r.width, r.height, r.bytes,
      encode(r.sha256, 'hex') as sha256, r.media_type as "mediaType"
    from renditions r
    where r.asset_id = any(${assetIds as number[]}::bigint[]) and not r.transient and exists (
      select from presets p
      where p.name = r.preset and (p.tenant_id = r.tenant_id or p.tenant_id is null) and p.retired_at is null)
    order by r.asset_id, r.width * r.height desc, r.preset`;
}

export interface Reference {
  source: string;
  externalId: string;
  importId: string;
  pullSourceId: string | null;
  userId: string | null;
  locationId: string | null;
}

/** Every place that an asset's bytes came from, and those of assets that were merged into it; the first one first. */
export async function referencesOf(sql: Sql, assetId: number): Promise<Reference[]> {
  return sql<Reference[]>`
    with recursive same as (
      select ${assetId}::bigint as id
      union select a.id from assets a join same s on a.merged_into = s.id
    )
    select m.kind as source, i.external_id as "externalId", i.import_id as "importId",
      m.pull_source_id as "pullSourceId", m.user_id as "userId", m.location_id as "locationId"
    from import_items i join imports m on m.id = i.import_id
    where i.asset_id in (select id from same) and i.state in ('stored', 'duplicate', 'pending') order by i.id limit 100`;
}

export interface EventRow {
  at: Date;
  kind: string;
  detail: Record<string, unknown>;
}

export async function timelineOf(sql: Sql, assetId: number): Promise<EventRow[]> {
  return sql<EventRow[]>`
    select at, kind, detail from events
    where asset_id = ${assetId} or item_id = (select item_id from assets where id = ${assetId})
    order by id limit 500`;
}

export async function countReady(sql: Sql): Promise<number> {
  const [row] = await sql<{ total: number }[]>`select count(*) as total from assets where state = 'ready'`;
  return row?.total ?? 0;
}
