import type { Sql } from '../postgres/database.ts';

/** When a camera was to be seen and was not. */
export interface BlindRow {
  /** As assets call it: their `camera_key`. */
  camera: string;
  from: Date;
  to: Date;
}

/** Pictures of our own cameras name them by their ids, whatever they are called at the moment. */
const CAMERA_ID = /#([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * What the ledger of cameras says of the given ones: the gaps of their sessions, without the times during which another
 * session saw the same camera. A gap that is not over lasts until now.
 * @param cameras camera keys; those that are no camera of ours have no ledger
 */
export async function blindnessOf(
  sql: Sql,
  tenantId: string,
  cameras: readonly string[],
): Promise<BlindRow[]> {
  const ids = cameras.flatMap((key) => {
    const id = CAMERA_ID.exec(key)?.[1];
    return id === undefined ? [] : [{ key, id }];
  });
  if (ids.length === 0) return [];
  return sql<BlindRow[]>`
    with wanted as (
      select t.key, c.id from jsonb_to_recordset(${sql.json(ids)}) as t(key text, id uuid)
      join cameras c on c.id = t.id and c.tenant_id = ${tenantId}
    ), missed as (
      select g.camera_id, g.session_id, range_agg(tstzrange(g.from_at, coalesce(g.to_at, greatest(now(), g.from_at)))) as times
      from capture_gaps g where g.camera_id in (select id from wanted) group by 1, 2
    ), seen as (
      select s.camera_id, range_agg(
        tstzmultirange(tstzrange(begun, greatest(begun, coalesce(s.ended_at, now())))) - coalesce(m.times, '{}')) as times
      from capture_sessions s cross join lateral (select coalesce(s.started_at, s.created_at) as begun) b
      left join missed m on m.session_id = s.id
      where s.camera_id in (select id from wanted) group by 1
    ), blind as (
      select m.camera_id, range_agg(m.times) - coalesce((select s.times from seen s where s.camera_id = m.camera_id), '{}') as times
      from missed m group by 1
    )
    select w.key as camera, lower(r) as from, upper(r) as to
    from wanted w join blind b on b.camera_id = w.id cross join lateral unnest(b.times) r
    order by 1, 2`;
}
