import type { Sql } from '../postgres/database.ts';

export type Match = { asset: number } | 'nothing' | 'several';

/**
 * Which pictures of a tenant the paths of a file mean, in their order: one whose id comes first in the path, as our own
 * exports write it; else the one that came under that very path; else under a path that ends like it; else the only one
 * of that name.
 */
export async function matchFiles(sql: Sql, tenantId: string, files: readonly string[]): Promise<Match[]> {
  const rows = await sql<{ ord: number; ids: number[] }[]>`
    with asked as (
      select ord, file, regexp_replace(file, '^.*/', '') as name,
        case when file ~ '^[0-9]{1,15}/' then split_part(file, '/', 1)::bigint end as id
      from unnest(${files as string[]}::text[]) with ordinality as t(file, ord)
    ), ranked as (
      select k.ord, a.id, case
          when a.id = k.id then 1
          when i.external_id = k.file then 2
          when right(i.external_id, length(k.file) + 1) = '/' || k.file
            or right(k.file, length(i.external_id) + 1) = '/' || i.external_id then 3
          else 4 end as rank
      from asked k
      join assets a on a.tenant_id = ${tenantId} and a.state = 'ready' and a.name_order = left(lower(k.name), 200)
        and a.name = k.name
      left join import_items i on i.id = a.item_id
    ), best as (
      select ord, id, rank, min(rank) over (partition by ord) as least from ranked
    )
    select ord, array_agg(id) as ids from best where rank = least group by ord`;
  const found = new Map(rows.map(({ ord, ids }) => [ord, ids]));
  return files.map((_, i) => {
    const [asset, ...others] = found.get(i + 1) ?? [];
    if (asset === undefined) return 'nothing';
    return others.length > 0 ? 'several' : { asset };
  });
}
