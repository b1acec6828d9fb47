import type { Sql } from './postgres/database.ts';

export interface EventRow {
  at: Date;
  kind: string;
  itemId: number | null;
  assetId: number | null;
  name: string | null;
  detail: Record<string, unknown>;
}

/** Whose timeline: that of an asset with the item that brought it in, of an item, or of an import, with or without its items. */
export type Subject = { assetId: number } | { itemId: number } | { importId: string; items: boolean };

const about = (sql: Sql, subject: Subject) => {
  if ('assetId' in subject) {
    return sql`(e.asset_id = ${subject.assetId} or e.item_id = (select item_id from assets where id = ${subject.assetId}))`;
  }
  if ('itemId' in subject) return sql`e.item_id = ${subject.itemId}`;
  return subject.items
    ? sql`e.import_id = ${subject.importId}`
    : sql`e.import_id = ${subject.importId} and e.item_id is null`;
};

/** What happened, the first first. */
export async function eventsOf(
  sql: Sql,
  subject: Subject,
  page: { limit: number; offset: number },
): Promise<EventRow[]> {
  return sql<EventRow[]>`
    select e.at, e.kind, e.item_id as "itemId", e.asset_id as "assetId", coalesce(i.name, a.name) as name, e.detail
    from (select * from events e where ${about(sql, subject)} order by id limit ${page.limit} offset ${page.offset}) e
    left join import_items i on i.id = e.item_id
    left join assets a on a.id = e.asset_id
    order by e.id`;
}

export async function countEvents(sql: Sql, subject: Subject): Promise<number> {
  const [row] = await sql<{ total: number }[]>`
    select count(*) as total from events e where ${about(sql, subject)}`;
  return row?.total ?? 0;
}
