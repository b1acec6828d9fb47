import { type AssetRow, assetColumns, assetJoins, padded } from '../library.ts';
import type { Database, Sql } from '../postgres/database.ts';
import { type Fragment, type ImageFilter, imagesOf, leadingLabel, matching, partsOf } from './filter.ts';
import { behind, keyOf, keyText, type Order, orderBy, type Place } from './order.ts';

export interface FindQuery {
  filter: ImageFilter;
  order: Order;
  limit: number;
  /** Rows to leave out in front, or the place to go on behind. */
  from: { offset: number } | { after: Place | null };
}

export interface Found {
  assets: AssetRow[];
  /** Where the next page begins; `null`: there is none. */
  next: Place | null;
}

/**
 * Runs queries that people put together: planned for the values given, since the best way differs between a camera with
 * ten pictures and one with a million; and not compiled, which takes longer than most of them.
 */
export function asking<T>(db: Database, work: (tx: Sql) => Promise<T>): Promise<T> {
  return db.tx(async (tx) => {
    await tx`select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)`;
    return work(tx);
  });
}

/** So many images are sorted in less time than a walk past a library takes. */
const FEW = 50_000;

/** Where the images of a filter are read from, and what is asked of them; those of a label by its own rows. */
export function sourceOf(sql: Sql, filter: ImageFilter): { from: Fragment; where: Fragment } {
  const label = leadingLabel(filter);
  if (label === null) return { from: imagesOf(sql, filter.status), where: matching(sql, filter) };
  return {
    from: sql`asset_labels l join assets a on a.id = l.asset_id`,
    where: sql`l.tenant_id = ${filter.tenantId} and l.label = ${label} and ${matching(sql, { ...filter, label: null })}`,
  };
}

/** One page of the images that a filter means. */
export async function findImages(tx: Sql, { filter, order, limit, from }: FindQuery): Promise<Found> {
  const after = 'after' in from ? from.after : null;
  const offset = 'offset' in from ? from.offset : 0;
  const wanted = tx`${matching(tx, filter)} ${after === null ? tx`` : tx`and ${behind(tx, order, after)}`}`;
  const inOrder = (last: number) => tx`order by ${orderBy(tx, order)} limit ${last}`;
  const those = (images: Fragment) => tx`select a.id, ${keyOf(tx, order.key)} from ${images} where ${wanted}`;
  const [images, ...others] = partsOf(tx, filter.status);
  let candidates = tx`${images} where ${wanted}`;
  if (filter.words?.length && (await estimateImages(tx, filter)) <= FEW) {
    // The planner expects words anywhere in an order and would walk along it, past everything when they are at its end.
    candidates = tx`(${those(imagesOf(tx, filter.status))} offset 0) a`;
  } else if (others.length > 0) {
    // Each part gives as many as may be needed; over all of them at once the planner would read a whole index and sort.
    const firstOf = (part: Fragment) => tx`(${those(part)} ${inOrder(offset + limit + 1)})`;
    const parts = others.reduce((all, part) => tx`${all} union all ${firstOf(part)}`, firstOf(images));
    candidates = tx`(${parts}) a`;
  } else if (leadingLabel(filter) !== null) {
    const { from: rows, where } = sourceOf(tx, filter);
    candidates = tx`
      (select a.id, ${keyOf(tx, order.key)} from ${rows}
       where ${where} ${after === null ? tx`` : tx`and ${behind(tx, order, after, 'labels')}`}
       order by ${orderBy(tx, order, 'labels')} limit ${offset + limit + 1}) a`;
  }
  // The page is chosen by ids, from indexes alone where that is possible; then its rows are read.
  const rows = await tx<(AssetRow & { orderKey: string })[]>`
    with chosen as materialized (select a.id from ${candidates} ${inOrder(limit + 1)} offset ${offset})
    select ${assetColumns(tx)}, ${keyText(tx, order.key)} as "orderKey"
    from chosen join assets a on a.id = chosen.id ${assetJoins(tx)}
    order by ${orderBy(tx, order)}`;
  const assets = rows.slice(0, limit).map(({ orderKey: _, ...row }) => padded(row));
  const last = rows[limit - 1];
  return { assets, next: rows.length > limit && last ? { key: last.orderKey, id: last.id } : null };
}

/** How many images a filter means, counted. */
export async function countImages(tx: Sql, filter: ImageFilter): Promise<number> {
  const label = onlyLabel(filter);
  const { from, where } = sourceOf(tx, filter);
  const [row] = await (label === null
    ? tx<{ total: number }[]>`select count(*) as total from ${from} where ${where}`
    : // Only pictures that are ready have labels, so nothing else needs to be looked at.
      tx<{ total: number }[]>`
        select count(*) as total from asset_labels where tenant_id = ${filter.tenantId} and label = ${label}`);
  return row?.total ?? 0;
}

/** The same as the planner guesses it, from statistics that may be a day old. */
export async function estimateImages(tx: Sql, filter: ImageFilter): Promise<number> {
  const { from, where } = sourceOf(tx, filter);
  const [row] = await tx<{ 'QUERY PLAN': { Plan: { 'Plan Rows': number } }[] }[]>`
    explain (format json) select a.id from ${from} where ${where}`;
  return row?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0;
}

const LABEL_FIELDS: ReadonlySet<string> = new Set(['tenantId', 'status', 'label']);

/** The label, where nothing else is asked for. */
function onlyLabel(filter: ImageFilter): string | null {
  const alone = Object.entries(filter).every(
    ([field, value]) => LABEL_FIELDS.has(field) || value === null || value === undefined,
  );
  return alone ? leadingLabel(filter) : null;
}
