import type { Sql } from '../postgres/database.ts';

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
  cameraId?: string | undefined;
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

function matching(sql: Sql, { cameraId, sessionId, from, to, flags }: FrameFilter) {
  return sql`
    ${cameraId === undefined ? sql`true` : sql`f.camera_id = ${cameraId}`}
    ${sessionId === undefined ? sql`` : sql`and f.session_id = ${sessionId}`}
    ${from === undefined ? sql`` : sql`and f.captured_at >= ${from}`}
    ${to === undefined ? sql`` : sql`and f.captured_at < ${to}`}
    ${
      flags === undefined
        ? sql``
        : flags.length === 0
          ? sql`and f.flags = '{}'`
          : sql`and f.flags && ${flags as string[]}::text[]`
    }`;
}

/** Newest first. Times of frames are whole milliseconds, so a place can be told by one. */
export async function pageFrames(
  sql: Sql,
  filter: FrameFilter,
  page: { limit: number; after?: FramePlace | undefined },
): Promise<CameraFrame[]> {
  const { after } = page;
  return sql<CameraFrame[]>`
    select f.id, f.tenant_id as "tenantId", f.camera_id as "cameraId", c.key as "cameraKey", f.session_id as "sessionId",
      f.seq, f.captured_at as "capturedAt", f.width, f.height, f.bytes, f.keyframe, f.flags,
      f.change_share as "changeShare", f.calibration_version as "calibrationVersion",
      i.id as "itemId", i.import_id as "importId", i.state as "itemState", i.name,
      coalesce(a.reason, nullif(i.reason, 'known_content')) as reason, coalesce(a.detail, i.detail) as detail,
      a.id as "assetId", a.uid as "assetUid", a.state as "assetState", encode(a.sha256, 'hex') as sha256,
      a.media_type as "mediaType", a.exif
    from (
      select * from capture_frames f where ${matching(sql, filter)}
        ${after === undefined ? sql`` : sql`and (f.captured_at, f.id) < (${after.capturedAt}, ${after.id})`}
      order by f.captured_at desc, f.id desc limit ${page.limit}
    ) f
    join cameras c on c.id = f.camera_id
    left join import_items i on i.id = f.item_id
    left join assets a on a.id = i.asset_id
    order by f.captured_at desc, f.id desc`;
}

/** Whether any frame of a session was not taken in, and whether any may still be on its way. */
export async function readFrameOutcomes(
  sql: Sql,
  sessionId: string,
): Promise<{ frames: number; failed: number; open: number }> {
  const [row] = await sql<{ frames: number; failed: number; open: number }[]>`
    select count(*) as frames,
      count(*) filter (where i.state in ('skipped', 'rejected', 'failed') or a.state in ('rejected', 'failed')) as failed,
      count(*) filter (where i.state = 'pending' or (i.state in ('stored', 'duplicate') and a.state = 'pending')) as open
    from capture_frames f
    left join import_items i on i.id = f.item_id
    left join assets a on a.id = i.asset_id
    where f.session_id = ${sessionId}`;
  return row ?? { frames: 0, failed: 0, open: 0 };
}
