import type { Sql } from '../postgres/database.ts';

export interface Similar {
  id: number;
  distance: number;
}

/** Ready assets of the same tenant whose pictures look like that of the given one, most alike first, without itself. */
export async function similarTo(
  sql: Sql,
  assetId: number,
  query: { distance: number; limit: number },
): Promise<Similar[]> {
  return sql<Similar[]>`
    select n.asset_id as id, n.distance
    from assets a
    cross join lateral near_phashes(a.tenant_id, a.phash, ${query.distance}) n
    join assets other on other.id = n.asset_id and other.state = 'ready'
    where a.id = ${assetId} and n.asset_id <> a.id
    order by n.distance, n.asset_id limit ${query.limit}`;
}
