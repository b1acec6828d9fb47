import type { Sql } from '../postgres/database.ts';
import type { Stint } from './stints.ts';

/** A frame that is kept, with the item that carries it through the pipeline. */
export interface RecordedFrame {
  id: string;
  capturedAt: Date;
  itemId: number;
  width: number;
  height: number;
  bytes: number;
  keyframe: boolean | null;
  flags: readonly string[];
  changeShare: number | null;
}

/** What was seen since the last time. */
export interface Sight {
  /** The first and the last picture, whether they were kept or not. */
  firstAt: Date;
  lastAt: Date;
  /** What is wrong with the last one. */
  flags: readonly string[];
  dropped: number;
  unchanged: number;
}

/** What comes after it: the next picture of a stream, or a wait for the next shot. */
export type Next = { state: 'capturing' } | { state: 'waiting'; inMs: number };

/**
 * Records what a session saw: its frames, its counters, the health of its camera, and that the camera is back, all in one
 * transaction with what keeps the pictures.
 *
 * @returns `false`: these frames were recorded before, and the transaction is to be taken back
 */
export async function recordSight(
  tx: Sql,
  { sessionId, camera }: Pick<Stint, 'sessionId' | 'camera'>,
  sight: Sight,
  frames: readonly RecordedFrame[],
  next: Next = { state: 'capturing' },
): Promise<boolean> {
  const { firstAt, lastAt, dropped, unchanged } = sight;
  const flags = sight.flags as string[];
  // The camera before its session, as whoever changes both has it.
  await tx`
    update cameras set last_frame_at = greatest(last_frame_at, ${lastAt}), health = ${flags}::text[],
      health_since = case when health = ${flags}::text[] then health_since when ${flags.length > 0} then ${firstAt}::timestamptz end
    where id = ${camera.id}`;
  await tx`select id from capture_sessions where id = ${sessionId} for update`;
  if (frames.length > 0 && !(await insertFrames(tx, sessionId, camera, frames))) return false;
  await tx`
    with closed as (
      update capture_gaps set to_at = greatest(from_at, ${firstAt}) where session_id = ${sessionId} and to_at is null
      returning reason, tenant_id, camera_id, session_id
    ), told as (
      insert into feed_events (tenant_id, kind, camera_id, subject_id, detail)
      select tenant_id, 'camera.gap_closed', camera_id, session_id, jsonb_build_object('reason', reason) from closed
    )
    update capture_sessions set frames = frames + ${frames.length}, dropped = dropped + ${dropped},
      unchanged = unchanged + ${unchanged}, state = ${next.state}, failure_type = null, failure_detail = null,
      next_try_at = now() + ${next.state === 'waiting' ? next.inMs : null}::float8 * interval '1 millisecond',
      reconnects = reconnects + (
        select count(*) from closed where reason <> 'paused' and first_frame_at is not null)::int,
      first_frame_at = coalesce(first_frame_at, ${firstAt}), last_frame_at = greatest(last_frame_at, ${lastAt}),
      updated_at = now()
    where id = ${sessionId} and ended_at is null`;
  return true;
}

async function insertFrames(
  tx: Sql,
  sessionId: string,
  camera: Stint['camera'],
  frames: readonly RecordedFrame[],
): Promise<boolean> {
  const rows = frames.map((frame, ord) => ({
    ...frame,
    flags: [...frame.flags],
    capturedAt: frame.capturedAt.toISOString(),
    ord: ord + 1,
  }));
  const made = await tx`
    insert into capture_frames (id, tenant_id, camera_id, session_id, seq, captured_at, item_id, width, height, bytes,
      keyframe, flags, change_share, calibration_version)
    select t.id, ${camera.tenantId}, ${camera.id}, ${sessionId}, before.seq + t.ord, t."capturedAt", t."itemId", t.width,
      t.height, t.bytes, t.keyframe, array(select jsonb_array_elements_text(t.flags)), t."changeShare",
      (select max(version) from camera_calibrations where camera_id = ${camera.id})
    from jsonb_to_recordset(${tx.json(rows)}) as t(id uuid, ord int, "capturedAt" timestamptz, "itemId" bigint, width int,
      height int, bytes int, keyframe boolean, flags jsonb, "changeShare" real)
    cross join (select coalesce(max(seq), 0) as seq from capture_frames where session_id = ${sessionId}) before
    on conflict (id) do nothing returning id`;
  return made.length === frames.length;
}

/** Which of these frames are recorded: the answer to a transaction may be lost although it was carried out. */
export async function recordedFrames(sql: Sql, ids: readonly string[]): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*) as n from capture_frames where id = any(${ids as string[]}::uuid[])`;
  return row?.n ?? 0;
}
