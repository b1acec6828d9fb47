import type { GapReason } from '../../domain/camera.ts';
import type { Sql } from '../postgres/database.ts';

/** A time during which a session wanted to see its camera and did not. */
export interface Gap {
  id: string;
  sessionId: string;
  fromAt: Date;
  /** `null`: it is not over. */
  toAt: Date | null;
  reason: GapReason;
  detail: string | null;
}

export interface GapFilter {
  cameraId: string;
  /** Those that reach into this time. */
  from?: Date | undefined;
  to?: Date | undefined;
  /** Only those that are not over. */
  open?: boolean | undefined;
  sessionId?: string | undefined;
}

/** The last gap of a page: the next page begins behind it. */
export interface GapPlace {
  fromAt: Date;
  id: string;
}

/** Newest first. */
export async function pageGaps(
  sql: Sql,
  { cameraId, from, to, open, sessionId }: GapFilter,
  page: { limit: number; after?: GapPlace | undefined },
): Promise<Gap[]> {
  const { after } = page;
  return sql<Gap[]>`
    select id, session_id as "sessionId", from_at as "fromAt", to_at as "toAt", reason, detail
    from capture_gaps
    where camera_id = ${cameraId}
      ${from === undefined ? sql`` : sql`and (to_at is null or to_at > ${from})`}
      ${to === undefined ? sql`` : sql`and from_at < ${to}`}
      ${open === true ? sql`and to_at is null` : sql``}
      ${sessionId === undefined ? sql`` : sql`and session_id = ${sessionId}`}
      ${after === undefined ? sql`` : sql`and (date_trunc('milliseconds', from_at), id) < (${after.fromAt}, ${after.id})`}
    order by date_trunc('milliseconds', from_at) desc, id desc limit ${page.limit}`;
}

/** Of a stretch of time, in seconds. */
export interface Sighting {
  from: Date;
  to: Date;
  /** All of it. */
  total: number;
  /** While a session was to see the camera. */
  asked: number;
  /** While at least one did. */
  seen: number;
  gaps: number;
}

/**
 * How long a camera was seen. A time during which one session sees it counts as seen, whatever happens to another.
 * @param to not after now: nothing is known of later
 */
export async function readSighting(
  sql: Sql,
  cameraId: string,
  { from, to }: { from: Date; to: Date },
): Promise<Sighting> {
  const [row] = await sql<{ asked: number; seen: number; gaps: number }[]>`
    with asked as (
      -- Clocks of processes differ: a session may have begun a moment from now.
      select s.id, tstzmultirange(tstzrange(begun, greatest(begun, coalesce(s.ended_at, now()))))
        * tstzmultirange(tstzrange(${from}, ${to})) as times
      from capture_sessions s cross join lateral (select coalesce(s.started_at, s.created_at) as begun) b
      where s.camera_id = ${cameraId} and begun < ${to} and (s.ended_at is null or s.ended_at > ${from})
    ), missed as (
      select session_id, range_agg(tstzrange(from_at, coalesce(to_at, greatest(now(), from_at)))) as times, count(*) as gaps
      from capture_gaps
      where camera_id = ${cameraId} and from_at < ${to} and (to_at is null or to_at > ${from})
      group by session_id
    ), together as (
      select range_agg(a.times) as asked, range_agg(a.times - coalesce(m.times, '{}')) as seen, sum(m.gaps) as gaps
      from asked a left join missed m on m.session_id = a.id
    )
    select coalesce(gaps, 0)::int as gaps,
      (select coalesce(sum(extract(epoch from upper(r) - lower(r))), 0)::float8 from unnest(t.asked) r) as asked,
      (select coalesce(sum(extract(epoch from upper(r) - lower(r))), 0)::float8 from unnest(t.seen) r) as seen
    from together t`;
  const total = Math.max(0, (to.getTime() - from.getTime()) / 1_000);
  return { from, to, total, asked: row?.asked ?? 0, seen: row?.seen ?? 0, gaps: row?.gaps ?? 0 };
}
