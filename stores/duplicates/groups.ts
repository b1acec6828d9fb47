import type { GroupDistance } from '../../domain/likeness.ts';
import type { Sql } from '../postgres/database.ts';

/** Members told of one group; the best ones. */
const SHOWN = 100;

export interface GroupRow {
  /** The asset that the group formed around. */
  centre: number;
  /** Best first: most pixels, then bytes, then metadata, then the oldest. At most 100. */
  members: { id: number; distance: number }[];
  count: number;
}

/**
 * Groups with two or more ready assets, in the order in which their first pictures came, but for those that hold nothing else than
 * what somebody said are no duplicates.
 */
export async function listGroups(
  sql: Sql,
  query: { tenantId: string; within: GroupDistance; limit: number; offset: number },
): Promise<{ groups: GroupRow[]; total: number }> {
  const rows = await sql<(GroupRow & { total: number })[]>`
    with groups as (
      select m.centre_id, array_agg(m.asset_id) as ids
      from duplicate_members m join assets a on a.id = m.asset_id and a.state = 'ready'
      where m.tenant_id = ${query.tenantId} and m.within = ${query.within}
      group by m.centre_id having count(*) > 1
    ), shown as (
      select g.*, count(*) over () as total from groups g
      where not exists (
        select from duplicate_dismissals d where d.tenant_id = ${query.tenantId} and d.asset_ids @> g.ids)
      order by g.centre_id limit ${query.limit} offset ${query.offset}
    )
    select s.centre_id as centre, s.total, cardinality(s.ids) as count, (
      select jsonb_agg(jsonb_build_object('id', best.id, 'distance', best.distance) order by best.place) from (
        select a.id, m.distance, row_number() over (order by a.width::bigint * a.height desc, a.bytes desc,
          (a.latitude is not null or a.camera_model is not null) desc, a.id) as place
        from assets a join duplicate_members m on m.asset_id = a.id and m.within = ${query.within}
        where a.id = any(s.ids) order by place limit ${SHOWN}
      ) best
    ) as members
    from shown s order by s.centre_id`;
  const total = rows[0]?.total ?? (query.offset === 0 ? 0 : await countGroups(sql, query));
  return { groups: rows.map(({ centre, members, count }) => ({ centre, members, count })), total };
}

/** For pages past the end. */
async function countGroups(sql: Sql, query: { tenantId: string; within: GroupDistance }): Promise<number> {
  const { total } = await listGroups(sql, { ...query, limit: 1, offset: 0 });
  return total;
}
