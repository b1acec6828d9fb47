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

export function keyOf(sql: Sql, key: SortKey): Fragment {
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

/** The key of a row as text that gives the same key again, to the microsecond. */
export function keyText(sql: Sql, key: SortKey): Fragment {
  if (key === 'name' || key === 'size') return sql`${keyOf(sql, key)}::text`;
  return sql`case when ${keyOf(sql, key)} = timestamptz '-infinity' then '-infinity'
    else to_char(${keyOf(sql, key)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') end`;
}

export function orderBy(sql: Sql, { key, descending }: Order): Fragment {
  const column = keyOf(sql, key);
  return descending ? sql`${column} desc, a.id desc` : sql`${column}, a.id`;
}

/** The rows behind a place. */
export function behind(sql: Sql, { key, descending }: Order, place: Place): Fragment {
  const column = keyOf(sql, key);
  return descending
    ? sql`(${column}, a.id) < (${typed(sql, key, place.key)}, ${place.id}::bigint)`
    : sql`(${column}, a.id) > (${typed(sql, key, place.key)}, ${place.id}::bigint)`;
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
