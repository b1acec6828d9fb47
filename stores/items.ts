import { storableShort } from '../domain/text.ts';
import type { AnnouncedHashes, Json } from '../sources/source.ts';
import type { Sql } from './postgres/database.ts';

/** An item that a batch has to bring in. */
export interface BatchItem {
  id: number;
  externalId: string;
  name: string;
  locator: Json;
  size: number | null;
  sizeExact: boolean;
  modifiedAt: Date | null;
  hashes?: AnnouncedHashes;
  attempts: number;
  /** Set when this item's original is in the store already. */
  assetId: number | null;
}

/** The items of a batch that are not final yet. */
export async function pendingInBatch(
  sql: Sql,
  importId: string,
  from: number,
  to: number,
): Promise<BatchItem[]> {
  const rows = await sql<(Omit<BatchItem, 'hashes'> & { hashes: AnnouncedHashes | null })[]>`
    select i.id, i.external_id as "externalId", i.name, i.locator, i.size, i.size_exact as "sizeExact",
      i.modified_at as "modifiedAt", i.hashes, i.attempts, a.id as "assetId"
    from import_items i
    left join assets a on a.item_id = i.id and a.state = 'pending' and a.original_stored_at is not null
    where i.import_id = ${importId} and i.slot >= ${from} and i.slot < ${to} and i.state = 'pending'
    order by i.slot`;
  return rows.map(({ hashes, ...row }) => ({ ...row, ...(hashes && { hashes }) }));
}

/** Counts a failed try. Returns how many tries each item has behind it. */
export async function countAttempts(tx: Sql, items: readonly number[]): Promise<Map<number, number>> {
  if (items.length === 0) return new Map();
  const rows = await tx<{ id: number; attempts: number }[]>`
    update import_items set attempts = attempts + 1, updated_at = now()
    where id = any(${items as number[]}::bigint[]) and state = 'pending'
    returning id, attempts`;
  return new Map(rows.map((row) => [row.id, row.attempts]));
}

/** Tells the timeline of failed tries and how long the next one waits; `null`: there is none. */
export async function noteAttempts(
  tx: Sql,
  failed: readonly { item: number; type: string; detail: string; retryInMs: number | null }[],
): Promise<void> {
  if (failed.length === 0) return;
  const rows = failed.map(({ item, type, detail, retryInMs }) => ({
    item,
    type,
    detail: storableShort(detail),
    wait: retryInMs === null ? null : Math.round(retryInMs),
  }));
  await tx`
    insert into events (tenant_id, import_id, item_id, asset_id, kind, detail)
    select i.tenant_id, i.import_id, i.id, i.asset_id, 'item.attempt_failed', jsonb_strip_nulls(
      jsonb_build_object('attempt', i.attempts, 'type', t.type, 'detail', t.detail, 'retry_in_ms', t.wait))
    from jsonb_to_recordset(${tx.json(rows)}) as t(item bigint, type text, detail text, wait bigint)
    join import_items i on i.id = t.item and i.state = 'pending'`;
}

/** Ends what a cancelled import had not begun. */
export async function skipPending(sql: Sql, importId: string): Promise<void> {
  await sql`
    update import_items set state = 'skipped', reason = 'cancelled', updated_at = now()
    where import_id = ${importId} and state = 'pending'`;
}

export interface ItemRow {
  id: number;
  name: string;
  externalId: string;
  state: string;
  reason: string | null;
  detail: string | null;
  assetId: number | null;
  /** Whether the asset is an image of the library now: not rejected, and not in the trash. */
  hasPicture: boolean;
  size: number | null;
  attempts: number;
  updatedAt: Date;
}

/** The items of an import in the order they were listed. */
export async function listItems(
  sql: Sql,
  query: { importId: string; states: readonly string[] | null; limit: number; offset: number },
): Promise<{ items: ItemRow[]; total: number }> {
  const where = sql`import_id = ${query.importId} ${
    query.states === null ? sql`` : sql`and state = any(${query.states as string[]}::text[])`
  }`;
  const [count] = await sql<{ total: number }[]>`select count(*) as total from import_items where ${where}`;
  const items = await sql<ItemRow[]>`
    select id, name, external_id as "externalId", state, reason, detail, asset_id as "assetId", size, attempts,
      updated_at as "updatedAt",
      exists (select from assets a where a.id = import_items.asset_id and a.state = 'ready') as "hasPicture"
    from import_items where ${where} order by id limit ${query.limit} offset ${query.offset}`;
  return { items, total: count?.total ?? 0 };
}

/** `null`: the import has no such item. */
export async function itemState(sql: Sql, importId: string, itemId: number): Promise<string | null> {
  const [row] = await sql<{ state: string }[]>`
    select state from import_items where id = ${itemId} and import_id = ${importId}`;
  return row?.state ?? null;
}
