import { type ImageFilter, imagesOf, matching } from '../finding/filter.ts';
import type { Sql } from '../postgres/database.ts';

export interface WatchRow {
  locationId: string | null;
  camera: string;
  from: Date;
  to: Date;
}

/**
 * When cameras were about, as far as their images tell: from the first at a place to the last.
 * @param silenceDays a camera without an image for longer did not see in between; `null`: it did
 */
export async function watchesOf(
  sql: Sql,
  filter: ImageFilter,
  silenceDays: number | null,
): Promise<WatchRow[]> {
  return sql<WatchRow[]>`
    with shots as (
      select a.location_id, a.camera_key, a.captured_at,
        lag(a.captured_at) over (partition by a.location_id, a.camera_key order by a.captured_at) as before
      from ${imagesOf(sql, filter.status)}
      where ${matching(sql, filter)} and a.captured_at is not null and a.camera_key is not null
    ), stretched as (
      select *, count(*) filter (where captured_at - before > ${silenceDays}::float8 * interval '1 day')
        over (partition by location_id, camera_key order by captured_at) as stretch
      from shots
    )
    select location_id as "locationId", camera_key as camera, min(captured_at) as from, max(captured_at) as to
    from stretched group by location_id, camera_key, stretch order by 1, 2, 3`;
}

/** Names of the places of a tenant. */
export async function locationNames(sql: Sql, tenantId: string): Promise<Map<string, string>> {
  const rows = await sql<
    { id: string; name: string }[]
  >`select id, name from locations where tenant_id = ${tenantId}`;
  return new Map(rows.map(({ id, name }) => [id, name]));
}
