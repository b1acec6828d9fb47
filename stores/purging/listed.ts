import { type AssetRow, assetColumns, assetJoins, padded } from '../library.ts';
import type { Sql } from '../postgres/database.ts';

/** An image that a purge takes, and the bytes of its original and renditions. */
type ListedImage = AssetRow & { purgeBytes: number };

/** What a purge takes, as far as it is still there, the greatest first. */
export async function listedImages(
  sql: Sql,
  query: { purgeId: string; limit: number; offset: number },
): Promise<{ images: ListedImage[]; total: number }> {
  const those = sql`purge_manifest_assets m join assets a on a.id = m.asset_id
    and a.state in ('ready', 'trashed') where m.purge_id = ${query.purgeId}`;
  const [count] = await sql<{ total: number }[]>`select count(*) as total from ${those}`;
  const rows = await sql<ListedImage[]>`
    with chosen as materialized (
      select a.id, m.bytes from ${those} order by m.bytes desc, a.id limit ${query.limit} offset ${query.offset}
    )
    select ${assetColumns(sql)}, c.bytes as "purgeBytes"
    from chosen c join assets a on a.id = c.id ${assetJoins(sql)} order by c.bytes desc, a.id`;
  return { images: rows.map((row) => ({ ...row, ...padded(row) })), total: count?.total ?? 0 };
}
