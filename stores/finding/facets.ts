import type { Sql } from '../postgres/database.ts';
import { type Fragment, type ImageFilter, imagesOf, matching } from './filter.ts';

export const FACETS = ['camera', 'location', 'source', 'format', 'status', 'taken_month', 'label'] as const;
export type Facet = (typeof FACETS)[number];

export interface FacetValue {
  /** `null`: the images for which it is not known. */
  value: string | null;
  /** What to show for it where the value is not made for reading. */
  label: string | null;
  count: number;
}

/** Values of one facet that are told; the rest is summed up. */
const MOST = 100;

const STATE_NAMES: Readonly<Record<string, string>> = { pending: 'processing' };

/**
 * What the images of a filter are made of, the most frequent values first, months in order.
 * @returns the values, and how many images have another one
 */
export async function facetOf(
  tx: Sql,
  filter: ImageFilter,
  facet: Facet,
): Promise<{ values: FacetValue[]; others: number }> {
  // What people choose the status from must show those that they have not chosen.
  const asked: ImageFilter = facet === 'status' ? { ...filter, status: 'all' } : filter;
  const rows = await tx<(FacetValue & { total: number })[]>`
    with counted as materialized (
      select ${groupOf(tx, facet)} as value, count(*) as count
      from ${imagesOf(tx, asked.status)} ${facet === 'label' ? labels(tx, asked) : tx``} where ${matching(tx, asked)} group by 1
    ), named as (
      select value::text, count, sum(count) over ()::bigint as total from counted
      order by ${facet === 'taken_month' ? tx`value desc nulls last` : tx`count desc, value`} limit ${MOST}
    )
    select n.value, ${labelOf(tx, facet)} as label, n.count, n.total from named n`;
  const values = rows.map(({ value, label, count }) => ({
    value: facet === 'status' && value !== null ? (STATE_NAMES[value] ?? value) : value,
    label,
    count,
  }));
  const shown = values.reduce((sum, each) => sum + each.count, 0);
  return { values, others: (rows[0]?.total ?? 0) - shown };
}

/** An image counts once for each label that is shown in it, and for none when nothing is. */
function labels(sql: Sql, { status }: ImageFilter): Fragment {
  return status === 'ready'
    ? sql`left join asset_labels shown on shown.asset_id = a.id`
    : sql`left join lateral (select distinct b.label from shown_boxes b where b.asset_id = a.id) shown on true`;
}

function groupOf(sql: Sql, facet: Facet): Fragment {
  switch (facet) {
    case 'camera':
      return sql`a.camera_key`;
    case 'location':
      return sql`a.location_id`;
    case 'source':
      return sql`a.source_kind`;
    case 'format':
      return sql`a.format`;
    case 'status':
      return sql`a.state`;
    case 'label':
      return sql`shown.label`;
    case 'taken_month':
      // Truncated as a number of days, which is far cheaper than making texts of a million times.
      return sql`case when a.taken_order > timestamptz '-infinity'
        then to_char(date_trunc('month', a.taken_order at time zone 'UTC'), 'YYYY-MM') end`;
  }
}

function labelOf(sql: Sql, facet: Facet): Fragment {
  switch (facet) {
    case 'camera':
      return sql`(select nullif(concat_ws(' ', a.camera_make, a.camera_model), '') from assets a
        where a.camera_key = n.value and a.state = 'ready' limit 1)`;
    case 'location':
      return sql`(select name from locations where id = n.value::uuid)`;
    default:
      return sql`null::text`;
  }
}
