import type { Sight } from '../../domain/rule.ts';
import type { Sql } from '../postgres/database.ts';
import { isSuppressed } from '../repeats/suppressed.ts';

/**
 * What pictures that are ready show, the earliest first. Boxes in spots that somebody suppressed are not among it.
 * @param atLeast boxes below this score, and below their threshold, are of no interest to anybody
 */
export async function sightsAmong(
  sql: Sql,
  tenantId: string,
  assetIds: readonly number[],
  atLeast: number,
): Promise<Sight[]> {
  return sql<Sight[]>`
    select a.id as "assetId", coalesce(a.captured_at, a.created_at) as "takenAt", a.created_at as "cameAt", f.camera_id as "cameraId",
      a.location_id as "locationId", a.pull_source_id as "pullSourceId",
      coalesce('camera:' || f.camera_id, 'location:' || a.location_id, 'key:' || a.camera_key, 'import:' || a.import_id, '') as place,
      (
        select coalesce(jsonb_agg(b), '[]') from (
          select d.label, round(d.score::numeric, 4)::float8 as score,
            round(coalesce(t.threshold, c.threshold)::numeric, 4)::float8 as threshold, (
              select k.label from detection_classifications k where k.detection_id = d.id order by k.score desc limit 1
            ) as species
          from detections d
          join model_classes c on c.model_id = d.model_id and c.class = d.class
          left join model_thresholds t on t.tenant_id = d.tenant_id and t.model_id = d.model_id and t.label = d.label
          where d.asset_id = a.id and d.model_id = a.detection_model_id and d.annotation_id is null and not a.nothing_here
            and d.score >= least(coalesce(t.threshold, c.threshold), ${atLeast}::real) and not ${isSuppressed(sql)}
          union all
          select n.label, null, 0, null from annotations n
          where n.asset_id = a.id and n.state in ('confirmed', 'corrected', 'added')
        ) b
      ) as boxes
    from assets a
    left join lateral (select camera_id from capture_frames where item_id = a.item_id limit 1) f on true
    where a.id = any(${assetIds as number[]}::bigint[]) and a.tenant_id = ${tenantId} and a.state = 'ready'
    order by "takenAt", a.id`;
}

/** The ids of a tenant's pictures that came in the last days, in the order in which they came. */
export async function recentAssets(
  sql: Sql,
  tenantId: string,
  days: number,
  after: number,
  limit: number,
): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    select id from assets
    where tenant_id = ${tenantId} and state = 'ready' and id > ${after}
      and created_at > now() - ${days} * interval '1 day'
    order by id limit ${limit}`;
  return rows.map(({ id }) => id);
}
