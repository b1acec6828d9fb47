import type { Sql } from '../postgres/database.ts';
import { type ImageFilter, leadingLabel } from './filter.ts';
import { sourceOf } from './find.ts';
import { behind, keyOf, keyText, type Order, orderBy, type Place } from './order.ts';

/** Images in a chunk: as many as a page of a list may have. */
export const CHUNK = 100;

interface OutlineChunk {
  ids: number[];
  /** Width divided by height, upright; `null`: not known. */
  aspects: (number | null)[];
  /** When its first image was taken, in lists by that, else when it was added. */
  at: Date | null;
  /** Its last image. */
  last: Place;
}

/**
 * What it takes to lay out a list before any of it is read: ids and shapes of the images of a filter, in order.
 * @returns chunks, and where the next ones begin; `null`: there are none
 */
export async function outlineImages(
  tx: Sql,
  query: { filter: ImageFilter; order: Order; limit: number; after: Place | null },
): Promise<{ chunks: OutlineChunk[]; next: Place | null }> {
  const { filter, order, limit, after } = query;
  const lead = leadingLabel(filter) === null ? 'images' : 'labels';
  const { from, where } = sourceOf(tx, filter);
  // One row for a chunk and not for an image: a hundred thousand rows would keep this process from anything else.
  const rows = await tx<
    { ids: number[]; aspects: (number | null)[]; at: Date | null; key: string; id: number; more: boolean }[]
  >`
    with chosen as materialized (
      select a.id, ${keyOf(tx, order.key)}, a.width, a.height from ${from}
      where ${where} ${after === null ? tx`` : tx`and ${behind(tx, order, after, lead)}`}
      order by ${orderBy(tx, order, lead)} limit ${limit + 1}
    ), placed as (
      select a.*, row_number() over (order by ${orderBy(tx, order)}) - 1 as place from chosen a
    ), chunks as (
      select place / ${CHUNK} as chunk, json_agg(id order by place) as ids,
        json_agg(round(width / nullif(height, 0)::numeric, 3) order by place) as aspects,
        (array_agg(id order by place))[1] as first, (array_agg(id order by place desc))[1] as last
      from placed where place < ${limit} group by 1
    )
    select c.ids, c.aspects, ${order.key === 'taken' ? tx`f.captured_at` : tx`f.created_at`} as at,
      ${keyText(tx, order.key)} as key, a.id, exists (select from placed where place = ${limit}) as more
    from chunks c join assets f on f.id = c.first join assets a on a.id = c.last order by c.chunk`;
  const chunks = rows.map(({ ids, aspects, at, key, id }) => ({ ids, aspects, at, last: { key, id } }));
  return { chunks, next: rows[0]?.more === true ? (chunks.at(-1)?.last ?? null) : null };
}
