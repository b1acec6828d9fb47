import type { Sql } from '../postgres/database.ts';
import type { Fragment } from './filter.ts';

/** What lists can be sorted by; each is unique together with the id, so that a place in it never moves. */
export const SORT_KEYS = ['created', 'taken', 'name', 'size'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface Order {
  key: SortKey;
  descending: boolean;
}

/** A place between two rows: after the row that had this key and id. */
export interface Place {
  /** As `keyText` writes it. */
  key: string;
  id: number;
}

/** Rows that a list is read from: images, or those of one label, which have the times of their images. */
export type Lead = 'images' | 'labels';

export function keyOf(sql: Sql, key: SortKey, lead: Lead = 'images'): Fragment {
  if (lead === 'labels' && key === 'created') return sql`l.created_at`;
  if (lead === 'labels' && key === 'taken') return sql`l.taken_order`;
  switch (key) {
    case 'created':
      return sql`a.created_at`;
    case 'taken':
      return sql`a.taken_order`;
    case 'name':
      return sql`a.name_order`;
    case 'size':
      return sql`a.bytes`;
  }
}

/** An index of labels ends with the id of the image; of equal ids it must be the one that the index has. */
const idOf = (sql: Sql, key: SortKey, lead: Lead): Fragment =>
  lead === 'labels' && (key === 'created' || key === 'taken') ? sql`l.asset_id` : sql`a.id`;

/** The key of a row of images as text that gives the same key again, to the microsecond. */
export function keyText(sql: Sql, key: SortKey): Fragment {
  const column = keyOf(sql, key, 'images');
  if (key === 'name' || key === 'size') return sql`${column}::text`;
  return sql`case when ${column} = timestamptz '-infinity' then '-infinity'
    else to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') end`;
}

export function orderBy(sql: Sql, { key, descending }: Order, lead: Lead = 'images'): Fragment {
  const [column, id] = [keyOf(sql, key, lead), idOf(sql, key, lead)];
  return descending ? sql`${column} desc, ${id} desc` : sql`${column}, ${id}`;
}

/** The rows behind a place. */
export function behind(sql: Sql, { key, descending }: Order, place: Place, lead: Lead = 'images'): Fragment {
  const [column, id] = [keyOf(sql, key, lead), idOf(sql, key, lead)];
  return descending
    ? sql`(${column}, ${id}) < (${typed(sql, key, place.key)}, ${place.id}::bigint)`
    : sql`(${column}, ${id}) > (${typed(sql, key, place.key)}, ${place.id}::bigint)`;
}

/** As text first: a client library that parsed times would cut off their microseconds. */
function typed(sql: Sql, key: SortKey, value: string): Fragment {
  switch (key) {
    case 'created':
    case 'taken':
      return sql`${value}::text::timestamptz`;
    case 'name':
      return sql`${value}::text collate "C"`;
    case 'size':
      return sql`${value}::text::bigint`;
  }
}
