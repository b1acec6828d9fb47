import type { CapturedAtOrigin, CapturedFlag, Confidence, Descriptive } from '../domain/facts.ts';
import type { Sql } from './postgres/database.ts';
import { unseen, wantedBlur } from './privacy.ts';
import type { TrashedBy } from './trash.ts';

export type AssetState = 'pending' | 'ready' | 'rejected' | 'failed' | 'trashed' | 'deleting' | 'deleted';

export interface AssetRow extends Descriptive {
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
  capturedLocal: string | null;
  capturedOffset: number | null;
  capturedConfidence: Confidence | null;
  capturedFlags: CapturedFlag[];
  cameraMake: string | null;
  cameraModel: string | null;
  cameraSerial: string | null;
  cameraKey: string | null;
  latitude: number | null;
  longitude: number | null;
  altitude: number | null;
  importId: string | null;
  pullSourceId: string | null;
  userId: string | null;
  locationId: string | null;
  sequenceId: string | null;
  sequencePosition: number | null;
  sequenceBurst: number | null;
  exif: Record<string, string | number>;
  phash: string | null;
  thumbhash: string | null;
  detectionState: string | null;
  detectionReason: string | null;
  /** `name@version` of the model whose boxes count. */
  detectionModel: string | null;
  nothingHere: boolean;
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

/** All of an `AssetRow` but what `padded` adds; for `assets a` with `assetJoins` behind it. */
export const assetColumns = (sql: Sql) => sql`
  a.id, a.uid, a.tenant_id as "tenantId", t.name as "tenantName", a.state, encode(a.sha256, 'hex') as sha256, a.bytes, a.name,
  a.media_type as "mediaType", a.source_kind as "sourceKind", i.external_id as "externalId", a.reason, a.detail, a.format, a.width, a.height, a.pages,
  a.orientation, a.captured_at as "capturedAt", a.captured_at_origin as "capturedAtOrigin", a.captured_local as "capturedLocal",
  a.captured_offset as "capturedOffset", a.captured_confidence as "capturedConfidence", a.captured_flags as "capturedFlags",
  a.camera_make as "cameraMake", a.camera_model as "cameraModel", a.camera_serial as "cameraSerial", a.camera_key as "cameraKey",
  a.latitude, a.longitude, a.altitude, a.import_id as "importId", a.pull_source_id as "pullSourceId", a.user_id as "userId",
  a.location_id as "locationId", a.title, a.description, a.keywords, a.rating, a.creator, a.copyright,
  q.sequence_id as "sequenceId", q.position as "sequencePosition", q.burst as "sequenceBurst",
  a.exif, to_hex(a.phash::bigint) as phash,
  case when a.thumbhash_blur = ${wantedBlur(sql)} and not ${unseen(sql)} then encode(a.thumbhash, 'base64') end as thumbhash,
  a.detection_state as "detectionState", a.detection_reason as "detectionReason", a.nothing_here as "nothingHere",
  (select m.name || '@' || m.version from models m where m.id = a.detection_model_id) as "detectionModel",
  case when a.focal_x is not null then jsonb_build_object('x', a.focal_x, 'y', a.focal_y) end as "focalPoint",
  a.created_at as "createdAt", a.updated_at as "updatedAt"`;

export const assetJoins = (sql: Sql) => sql`
  join tenants t on t.id = a.tenant_id
  left join import_items i on i.id = a.item_id
  left join sequence_images q on q.asset_id = a.id`;

export async function findAsset(sql: Sql, id: number): Promise<AssetRow | null> {
  const [row] = await sql<AssetRow[]>`
    select ${assetColumns(sql)} from assets a ${assetJoins(sql)}
    where a.id = ${id} and a.state not in ('deleting', 'deleted')`;
  return row === undefined ? null : padded(row);
}

/** The ready ones of the given assets, in the order of the ids. */
export async function readyAssets(sql: Sql, ids: readonly number[]): Promise<AssetRow[]> {
  const rows = await sql<AssetRow[]>`
    select ${assetColumns(sql)} from assets a ${assetJoins(sql)}
    where a.id = any(${ids as number[]}::bigint[]) and a.state = 'ready'`;
  const found = new Map(rows.map((row) => [row.id, padded(row)]));
  return ids.flatMap((id) => found.get(id) ?? []);
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
    select ${assetColumns(sql)}, a.trashed_at as "trashedAt", a.trashed_by as "trashedBy", a.purge_id as "purgeId"
    from assets a ${assetJoins(sql)}
    where ${where} order by a.trashed_at desc, a.id desc limit ${query.limit} offset ${query.offset}`;
  return { assets: rows.map((row) => ({ ...row, ...padded(row) })), total: count?.total ?? 0 };
}

/** `to_hex` drops leading zeros. */
export function padded(row: AssetRow): AssetRow {
  return { ...row, phash: row.phash?.padStart(16, '0') ?? null };
}

/** What presets say, largest first; what was made on the fly, or shows people who are not to be recognised, is nobody's business. */
export async function renditionsOf(sql: Sql, assetIds: readonly number[]): Promise<RenditionRow[]> {
  return sql<RenditionRow[]>`
    select r.asset_id as "assetId", r.preset, r.version, r.object_key as "objectKey", r.width, r.height, r.bytes,
      encode(r.sha256, 'hex') as sha256, r.media_type as "mediaType"
    from renditions r join assets a on a.id = r.asset_id join tenants t on t.id = a.tenant_id
    where r.asset_id = any(${assetIds as number[]}::bigint[]) and not r.transient and r.blur = ${wantedBlur(sql)} and not ${unseen(sql)}
      and exists (
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
