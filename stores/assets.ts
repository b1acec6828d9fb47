import type { ImageFacts, RenditionFile } from '../domain/facts.ts';
import { PIPELINE_VERSION } from '../domain/presets.ts';
import { storable, storableShort } from '../domain/text.ts';
import { placeAnew } from './duplicates/place.ts';
import { handedIn } from './handedIn.ts';
import type { Database, Sql } from './postgres/database.ts';

/** Bytes that somebody holds in a file and wants kept. */
export interface Arrival {
  tenantId: string;
  /** Lower-case hex. */
  sha256: string;
  /** `null`: nothing announced one to compare with. */
  md5: string | null;
  dropbox: string;
  bytes: number;
  name: string;
  mediaType: string;
  sourceKind: string;
  modifiedAt: Date | null;
  /** A UUID of this try; it tells later whether the claim still stands. */
  claim: string;
}

export interface Claimed {
  assetId: number;
  uid: string;
  /** `false`: the bytes are in the store already, whoever brought them. */
  mine: boolean;
}

/**
 * Claims the asset for these bytes. While its original is not stored, the last claim wins: every claimant holds
 * the bytes and may store them, so nobody waits for one that died. A failed asset is revived.
 */
export async function claimAsset(sql: Sql, arrival: Arrival): Promise<Claimed> {
  const row = await insertClaim(sql, arrival, sql`t.id = ${arrival.tenantId}`);
  if (row === null) throw new Error('A claim returned no row.');
  return row;
}

/** The same for a tenant that takes whatever comes. `null`: it has limits, or is being deleted. */
export async function claimUnlimited(sql: Sql, arrival: Arrival): Promise<Claimed | null> {
  return insertClaim(
    sql,
    arrival,
    sql`t.id = ${arrival.tenantId} and t.state = 'active' and t.max_assets is null and t.max_bytes is null`,
  );
}

async function insertClaim(sql: Sql, arrival: Arrival, tenant: ReturnType<Sql>): Promise<Claimed | null> {
  const [row] = await sql<Claimed[]>`
    insert into assets (tenant_id, sha256, md5, dropbox_hash, bytes, name, media_type, source_kind, modified_at, claim)
    select t.id, decode(${arrival.sha256}, 'hex'), decode(${arrival.md5}::text, 'hex'),
      decode(${arrival.dropbox}, 'hex'), ${arrival.bytes}::bigint, ${storableShort(arrival.name)}, ${arrival.mediaType},
      ${arrival.sourceKind}, ${arrival.modifiedAt}::timestamptz, ${arrival.claim}::uuid
    from tenants t where ${tenant}
    on conflict (tenant_id, sha256) where state in ('pending', 'ready', 'failed', 'trashed') do update set
      claim = case when assets.original_stored_at is null or assets.state = 'failed' then excluded.claim else assets.claim end,
      state = case when assets.state = 'failed' then 'pending' else assets.state end,
      original_stored_at = case when assets.state = 'failed' then null else assets.original_stored_at end,
      item_id = case when assets.state = 'failed' then null else assets.item_id end,
      reason = case when assets.state = 'failed' then null else assets.reason end,
      detail = case when assets.state = 'failed' then null else assets.detail end,
      updated_at = now()
    returning id as "assetId", uid, claim = ${arrival.claim} as mine`;
  return row ?? null;
}

/** Records that the original is stored and whose item it is. `false`: the claim was lost meanwhile, the item is a duplicate. */
export async function commitOriginal(
  sql: Sql,
  commit: { assetId: number; claim: string; itemId: number },
): Promise<boolean> {
  const rows = await sql`
    with stored as (
      update assets a set original_stored_at = now(), item_id = i.id, import_id = m.id, pull_source_id = m.pull_source_id,
        user_id = m.user_id, location_id = m.location_id, updated_at = now()
      from import_items i join imports m on m.id = i.import_id
      where i.id = ${commit.itemId} and a.id = ${commit.assetId} and claim = ${commit.claim}
        and original_stored_at is null and a.state = 'pending'
      returning a.id, a.tenant_id, a.bytes
    ), linked as (
      update import_items i set asset_id = s.id, updated_at = now() from stored s where i.id = ${commit.itemId}
      returning i.id, i.import_id
    )
    insert into events (tenant_id, import_id, item_id, asset_id, kind, detail)
    select s.tenant_id, l.import_id, l.id, s.id, 'asset.original_stored', jsonb_build_object('bytes', s.bytes)
    from stored s, linked l
    returning id`;
  return rows.length === 1;
}

const LOOK_EVERY_MS = 25;

/** Waits until an asset's original is stored, whoever stores it. @returns `false`: not within `waitMs` */
export async function untilStored(db: Database, assetId: number, waitMs: number): Promise<boolean> {
  for (const deadline = Date.now() + waitMs; ; ) {
    const [row] = await db.run(
      (sql) => sql<{ stored: boolean }[]>`
        select original_stored_at is not null as stored from assets where id = ${assetId}`,
    );
    if (row === undefined || row.stored) return row !== undefined;
    if (Date.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** What the render stage needs to know of an asset. */
export interface RenderTarget {
  assetId: number;
  uid: string;
  tenantId: string;
  name: string;
  modifiedAt: Date | null;
  timezone: string | null;
  attempts: number;
  /** Whether this pipeline version's facts and renditions are recorded already. */
  rendered: boolean;
}

export async function renderTargets(sql: Sql, assetIds: readonly number[]): Promise<RenderTarget[]> {
  return sql<RenderTarget[]>`
    select a.id as "assetId", a.uid, a.tenant_id as "tenantId", a.name, a.modified_at as "modifiedAt",
      coalesce(l.timezone, m.timezone) as timezone,
      coalesce(i.attempts, 0) as attempts, a.pipeline_version is not distinct from ${PIPELINE_VERSION} as rendered
    from assets a
    left join import_items i on i.id = a.item_id
    left join imports m on m.id = i.import_id
    left join locations l on l.id = m.location_id
    where a.id = any(${assetIds as number[]}::bigint[]) and a.state = 'pending'
    order by a.id`;
}

/** What people decided, by a correction or a merge: a decode does not know better. */
type Decided = 'location' | 'captured_at' | 'camera';

async function decidedOf(sql: Sql, assetId: number): Promise<ReadonlySet<Decided>> {
  const rows = await sql<{ field: Decided }[]>`
    select 'captured_at' as field from clock_correction_assets c join clock_corrections k on k.id = c.correction_id
    where c.asset_id = ${assetId} and c.applied and k.state <> 'undone'
    union
    select change->>'field' from duplicate_merges m cross join jsonb_array_elements(m.changes) change
    where m.keep_id = ${assetId} and m.undone_at is null`;
  return new Set(rows.map(({ field }) => field));
}

const NOTHING: ReadonlySet<Decided> = new Set();

/**
 * What one decode told, as assignments.
 * @param decided what stays as it is
 */
export function factColumns(
  sql: Sql,
  facts: ImageFacts,
  decided: ReadonlySet<Decided> = NOTHING,
): ReturnType<Sql> {
  const time = sql`
    captured_at = ${facts.capturedAt}, captured_at_origin = ${facts.capturedAtOrigin},
    captured_local = ${facts.capturedLocal}, captured_offset = ${facts.capturedOffset},
    captured_confidence = ${facts.capturedConfidence}, captured_flags = ${facts.capturedFlags}::text[],`;
  const camera = sql`
    camera_make = ${nullable(facts.cameraMake)}, camera_model = ${nullable(facts.cameraModel)},
    camera_serial = ${nullable(facts.cameraSerial)},
    camera_key = camera_key(${nullable(facts.cameraMake)}, ${nullable(facts.cameraModel)}, ${nullable(facts.cameraSerial)},
      (select m.source_id from imports m where m.id = assets.import_id and m.kind not ${handedIn(sql)}),
      (select i.external_id from import_items i where i.id = assets.item_id)),`;
  const position = sql`
    latitude = ${facts.latitude}, longitude = ${facts.longitude}, altitude = ${facts.altitude},`;
  return sql`
    ${decided.has('captured_at') ? sql`` : time} ${decided.has('camera') ? sql`` : camera}
    ${decided.has('location') ? sql`` : position}
    pipeline_version = ${PIPELINE_VERSION}, media_type = ${facts.mimeType}, format = ${facts.format},
    width = ${facts.width}, height = ${facts.height}, pages = ${facts.pages}, orientation = ${facts.orientation},
    has_alpha = ${facts.hasAlpha}, colour_space = ${facts.colourSpace}, bit_depth = ${facts.bitDepth},
    title = ${nullable(facts.title)}, description = ${nullable(facts.description)},
    keywords = ${facts.keywords.map(storableShort)}::text[], rating = ${facts.rating},
    creator = ${nullable(facts.creator)}, copyright = ${nullable(facts.copyright)},
    exif = ${sql.json(storableRecord(facts.exif))}, phash = ('x' || ${facts.phash})::bit(64),
    thumbhash = decode(${facts.thumbhash}, 'base64')`;
}

/**
 * Records what one decode gave. The renditions are in the store already, under the given keys.
 * @param presetsAsOf when the presets that they were made to were read; `null`: they are the ones that are built in
 */
export async function saveRendered(
  sql: Sql,
  assetId: number,
  facts: ImageFacts,
  renditions: readonly (Omit<RenditionFile, 'path'> & { key: string })[],
  presetsAsOf: Date | null = null,
): Promise<void> {
  const rows = renditions.map((r) => ({ ...r }));
  await sql`
    with rendered as (
      update assets set ${factColumns(sql, facts)}, presets_as_of = ${presetsAsOf}, updated_at = now()
      where id = ${assetId} and state = 'pending'
      returning id, tenant_id, item_id
    ), noted as (
      insert into events (tenant_id, item_id, asset_id, kind, detail)
      select tenant_id, item_id, id, 'asset.rendered',
        jsonb_build_object('width', ${facts.width}::int, 'height', ${facts.height}::int, 'pipeline', ${PIPELINE_VERSION}::int)
      from rendered
    )
    insert into renditions (asset_id, tenant_id, preset, version, object_key, width, height, bytes, sha256, media_type)
    select r.id, r.tenant_id, t.preset, t.version, t.key, t.width, t.height, t.bytes, decode(t.sha256, 'hex'), t."mediaType"
    from rendered r, jsonb_to_recordset(${sql.json(rows)})
      as t(preset text, version int, key text, width int, height int, bytes bigint, sha256 text,
        "mediaType" text)
    on conflict (asset_id, preset, version) do update set object_key = excluded.object_key, width = excluded.width,
      height = excluded.height, bytes = excluded.bytes, sha256 = excluded.sha256, media_type = excluded.media_type`;
}

/**
 * Records what an asset's renditions were made anew with; `null`s: the facts, or the presets, stay as they were. What
 * people corrected or merged stays in any case.
 */
export async function saveFacts(
  tx: Sql,
  assetId: number,
  facts: ImageFacts | null,
  presetsAsOf: Date | null,
): Promise<void> {
  const told = facts === null ? null : factColumns(tx, facts, await decidedOf(tx, assetId));
  await tx`
    update assets set ${told === null ? tx`` : tx`${told},`}
      presets_as_of = coalesce(${presetsAsOf}, presets_as_of), updated_at = now()
    where id = ${assetId}`;
  if (facts !== null) await placeAnew(tx, [assetId]);
}

/** @param thumbhash base64 @param blur what of people it was made without */
export async function savePlaceholder(
  tx: Sql,
  assetId: number,
  thumbhash: string,
  blur: string,
): Promise<void> {
  await tx`
    update assets set thumbhash = decode(${thumbhash}, 'base64'), thumbhash_blur = ${blur}, updated_at = now()
    where id = ${assetId}`;
}

function nullable(text: string | null): string | null {
  return text === null ? null : storableShort(text);
}

function storableRecord(record: Record<string, string | number>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [
      storable(key),
      typeof value === 'string' ? storableShort(value) : value,
    ]),
  );
}
