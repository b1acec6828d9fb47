import type { Sql } from '../postgres/database.ts';
import { unseen } from '../privacy.ts';

/** A captured frame and what became of it. */
export interface CameraFrame {
  id: string;
  tenantId: string;
  cameraId: string;
  cameraKey: string;
  sessionId: string;
  /** Within its session, from 1. */
  seq: number;
  capturedAt: Date;
  width: number;
  height: number;
  bytes: number;
  keyframe: boolean | null;
  flags: string[];
  changeShare: number | null;
  calibrationVersion: number | null;
  itemId: number | null;
  importId: string | null;
  itemState: string | null;
  name: string | null;
  reason: string | null;
  detail: string | null;
  assetId: number | null;
  assetUid: string | null;
  assetState: string | null;
  sha256: string | null;
  mediaType: string | null;
  exif: Record<string, unknown> | null;
}

export interface FrameFilter {
  cameraId: string;
  sessionId?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  /** With at least one of these; `[]`: with none at all. */
  flags?: readonly string[] | undefined;
}

/** The last frame of a page: the next page begins behind it. */
export interface FramePlace {
  capturedAt: Date;
  id: string;
}

type Fragment = ReturnType<Sql>;

/** @param page which rows of `capture_frames f`, in `order` */
async function readFrames(
  sql: Sql,
  { page, order, limit }: { page: Fragment; order: Fragment; limit: number },
): Promise<CameraFrame[]> {
  return sql<CameraFrame[]>`
    select f.id, f.tenant_id as "tenantId", f.camera_id as "cameraId", c.key as "cameraKey", f.session_id as "sessionId",
      f.seq, f.captured_at as "capturedAt", f.width, f.height, f.bytes, f.keyframe, f.flags,
      f.change_share as "changeShare", f.calibration_version as "calibrationVersion",
      i.id as "itemId", i.import_id as "importId", i.state as "itemState", i.name,
      coalesce(a.reason, nullif(i.reason, 'known_content')) as reason, coalesce(a.detail, i.detail) as detail,
      a.id as "assetId", a.uid as "assetUid", a.state as "assetState", encode(a.sha256, 'hex') as sha256,
      a.media_type as "mediaType", a.exif
    from (select * from capture_frames f where ${page} order by ${order} limit ${limit}) f
    join cameras c on c.id = f.camera_id
    left join import_items i on i.id = f.item_id
    left join assets a on a.id = i.asset_id
    order by ${order}`;
}

/** Newest first. Times of frames are whole milliseconds, so a place can be told by one. */
export async function pageFrames(
  sql: Sql,
  { cameraId, sessionId, from, to, flags }: FrameFilter,
  { limit, after }: { limit: number; after?: FramePlace | undefined },
): Promise<CameraFrame[]> {
  const flagged =
    flags === undefined
      ? sql``
      : flags.length === 0
        ? sql`and flags = '{}'`
        : sql`and flags <> '{}' and flags && ${flags as string[]}::text[]`;
  const page: Fragment = sql`
    camera_id = ${cameraId} ${flagged}
      ${sessionId === undefined ? sql`` : sql`and session_id = ${sessionId}`}
      ${from === undefined ? sql`` : sql`and captured_at >= ${from}`}
      ${to === undefined ? sql`` : sql`and captured_at < ${to}`}
      ${after === undefined ? sql`` : sql`and (captured_at, id) < (${after.capturedAt}, ${after.id})`}`;
  return readFrames(sql, { page, order: sql`f.captured_at desc, f.id desc`, limit });
}

/** Of one session, newest first. */
export async function newestFrames(sql: Sql, sessionId: string, limit: number): Promise<CameraFrame[]> {
  // The first frames of a stream may arrive within one millisecond: their numbers tell.
  return readFrames(sql, { page: sql`session_id = ${sessionId}`, order: sql`f.seq desc`, limit });
}

export interface FrameOutcomes {
  failed: number;
  /** Still on their way. */
  open: number;
}

/** What became of the newest `most` frames of a session: those before them are long settled. */
export async function readFrameOutcomes(sql: Sql, sessionId: string, most: number): Promise<FrameOutcomes> {
  const [row] = await sql<FrameOutcomes[]>`
    select
      count(*) filter (where i.state in ('skipped', 'rejected', 'failed') or a.state in ('rejected', 'failed')) as failed,
      count(*) filter (where i.state = 'pending' or (i.state in ('stored', 'duplicate') and a.state = 'pending')) as open
    from (select item_id from capture_frames where session_id = ${sessionId} order by seq desc limit ${most}) f
    left join import_items i on i.id = f.item_id
    left join assets a on a.id = i.asset_id`;
  return row ?? { failed: 0, open: 0 };
}

export interface KeptPicture {
  assetId: number;
  uid: string;
  name: string;
  bytes: number;
  mediaType: string;
  sha256: string;
  capturedAt: Date;
}

/**
 * Of the newest frame whose picture is in the library. Purges take old ones first, so it is among the newest few.
 * @param onlySeen only one of which is known whom it shows, where the tenant hides people
 */
export async function newestPicture(
  sql: Sql,
  cameraId: string,
  onlySeen: boolean,
): Promise<KeptPicture | null> {
  const [row] = await sql<KeptPicture[]>`
    select a.id as "assetId", a.uid, a.name, a.bytes, a.media_type as "mediaType", encode(a.sha256, 'hex') as sha256,
      f.captured_at as "capturedAt"
    from (
      select item_id, captured_at from capture_frames where camera_id = ${cameraId}
      order by captured_at desc, id desc limit 100
    ) f
    join import_items i on i.id = f.item_id
    join assets a on a.id = i.asset_id and a.state = 'ready' and a.media_type = 'image/jpeg'
    join tenants t on t.id = a.tenant_id and not (${onlySeen} and ${unseen(sql)})
    order by f.captured_at desc limit 1`;
  return row ?? null;
}

/** Where an asset was captured. */
export interface CapturedFrom {
  frameId: string;
  sessionId: string;
  cameraId: string;
  cameraKey: string;
  cameraName: string;
  seq: number;
  flags: string[];
  changeShare: number | null;
  calibrationVersion: number | null;
}

/** @returns `null`: it came in another way */
export async function captureOf(sql: Sql, assetId: number): Promise<CapturedFrom | null> {
  const [row] = await sql<CapturedFrom[]>`
    select f.id as "frameId", f.session_id as "sessionId", c.id as "cameraId", c.key as "cameraKey",
      c.name as "cameraName", f.seq, f.flags, f.change_share as "changeShare",
      f.calibration_version as "calibrationVersion"
    from import_items i
    join capture_frames f on f.item_id = i.id
    join cameras c on c.id = f.camera_id
    where i.asset_id = ${assetId} order by f.captured_at, f.id limit 1`;
  return row ?? null;
}
