import { createHash } from 'node:crypto';
import { storable, storableShort } from '../domain/text.ts';
import type { Json, ListPage, SourceItem } from '../sources/source.ts';
import type { ImportRecord } from './imports.ts';
import type { Sql } from './postgres/database.ts';

/** The same for what only the source reads again; a name that had to change is one that cannot be fetched anyway. */
function storableJson(value: Json): Json {
  return JSON.parse(JSON.stringify(value), (_key, part) =>
    typeof part === 'string' ? storable(part) : part,
  );
}

/** Rows per statement: large enough to amortise the round trip, small enough to stay far below the deadline. */
const CHUNK = 1_000;

function itemKey(externalId: string, version: string): string {
  return createHash('sha256')
    .update(storable(externalId))
    .update('\0')
    .update(storable(version))
    .digest('hex');
}

/**
 * Adds one page of a listing to an import, with the cursor that comes after it, in one transaction.
 * Versions that the ledger knows and unwanted names become `skipped` at once; the rest gets slots.
 *
 * @returns how far the slots reach, or `null` when another attempt has moved the cursor first (its page counts).
 */
export async function addListedPage(
  tx: Sql,
  record: ImportRecord,
  page: ListPage,
): Promise<{ nextSlot: number } | null> {
  const [held] = await tx<{ nextSlot: number }[]>`
    select next_slot as "nextSlot" from imports
    where id = ${record.id} and pages = ${record.pages} and not listing_complete for update`;
  if (held === undefined) return null;
  let nextSlot = held.nextSlot;
  for (let at = 0; at < page.items.length; at += CHUNK) {
    nextSlot = await addItems(tx, record, page.items.slice(at, at + CHUNK), nextSlot);
  }
  await tx`
    update imports set pages = pages + 1, cursor = ${tx.json(storableJson(page.next))}, listing_complete = ${page.next === null},
      next_slot = ${nextSlot}, updated_at = now()
    where id = ${record.id}`;
  await tx`select pg_notify('tributary_imports', ${record.id})`;
  return { nextSlot };
}

async function addItems(
  tx: Sql,
  record: ImportRecord,
  items: SourceItem[],
  nextSlot: number,
): Promise<number> {
  const rows = items.map((item, ord) => ({
    ord,
    item_key: itemKey(item.externalId, item.version),
    external_id: storable(item.externalId),
    name: storableShort(item.name),
    locator: storableJson(item.locator),
    size: item.size,
    size_exact: item.sizeExact,
    modified_at: item.modifiedAt?.toISOString() ?? null,
    version: storable(item.version),
    skip: item.skip ?? null,
  }));
  const [result] = await tx<{ nextSlot: number }[]>`
    with listed as (
      select distinct on (item_key) ord, decode(item_key, 'hex') as item_key, external_id, name, locator, size, size_exact,
        modified_at, version, skip
      from jsonb_to_recordset(${tx.json(rows)}) as t(ord int, item_key text, external_id text, name text, locator jsonb,
        size bigint, size_exact boolean, modified_at timestamptz, version text, skip text)
      order by item_key, ord
    ), judged as (
      select l.*, case when l.skip is null and not ${record.force} then known.asset_id end as known_asset,
        coalesce(l.skip, case
          when ${record.force} then null
          when known.outcome = 'rejected' then 'known_reject'
          when asset.id is not null then 'known_version'
        end) as reason
      from listed l
      left join source_items known on known.source_id = ${record.sourceId} and known.item_key = l.item_key
      left join assets asset on asset.id = known.asset_id and asset.state = 'ready'
      where not exists (select from import_items i where i.import_id = ${record.id} and i.item_key = l.item_key)
    ), added as (
      insert into import_items (tenant_id, import_id, item_key, external_id, name, locator, size, size_exact, modified_at,
        version, state, reason, asset_id, slot)
      select ${record.tenantId}, ${record.id}, item_key, external_id, name, locator, size, size_exact, modified_at, version,
        case when reason is null then 'pending' else 'skipped' end, reason, case when reason is null then null else known_asset end,
        case when reason is null
          then ${nextSlot} + (row_number() over (partition by reason is null order by ord))::int - 1 end
      from judged
      returning slot
    )
    select coalesce(max(slot) + 1, ${nextSlot})::int as "nextSlot" from added`;
  return result?.nextSlot ?? nextSlot;
}

/** An item that a batch has to bring in. */
export interface BatchItem {
  id: number;
  externalId: string;
  name: string;
  locator: Json;
  size: number | null;
  sizeExact: boolean;
  modifiedAt: Date | null;
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
  return sql<BatchItem[]>`
    select i.id, i.external_id as "externalId", i.name, i.locator, i.size, i.size_exact as "sizeExact",
      i.modified_at as "modifiedAt", i.attempts, a.id as "assetId"
    from import_items i
    left join assets a on a.item_id = i.id and a.state = 'pending' and a.original_stored_at is not null
    where i.import_id = ${importId} and i.slot >= ${from} and i.slot < ${to} and i.state = 'pending'
    order by i.slot`;
}

/** Notes a failed try. Returns how many tries each item has behind it. */
export async function noteAttempts(
  sql: Sql,
  failed: readonly { item: number; type: string; detail: string }[],
): Promise<Map<number, number>> {
  if (failed.length === 0) return new Map();
  const rows = await sql<{ id: number; attempts: number }[]>`
    with tries as (
      select * from jsonb_to_recordset(${sql.json(failed.map((f) => ({ ...f, detail: storableShort(f.detail) })))})
        as t(item bigint, type text, detail text)
    ), counted as (
      update import_items i set attempts = i.attempts + 1, updated_at = now()
      from tries t where i.id = t.item and i.state = 'pending'
      returning i.id, i.attempts, i.tenant_id, i.import_id, i.asset_id, t.type, t.detail
    ), noted as (
      insert into events (tenant_id, import_id, item_id, asset_id, kind, detail)
      select tenant_id, import_id, id, asset_id, 'item.attempt_failed',
        jsonb_build_object('attempt', attempts, 'type', type, 'detail', detail)
      from counted
    )
    select id, attempts from counted`;
  return new Map(rows.map((row) => [row.id, row.attempts]));
}

/** Gives failed items a place at the end of the queue and reopens their import. Returns how many. */
export async function requeueFailed(tx: Sql, importId: string): Promise<number> {
  const [held] = await tx<{ nextSlot: number }[]>`
    select next_slot as "nextSlot" from imports where id = ${importId} for update`;
  if (held === undefined) return 0;
  const [result] = await tx<{ n: number }[]>`
    with failed as (
      select id, row_number() over (order by slot, id) - 1 as place from import_items
      where import_id = ${importId} and state = 'failed'
    ), queued as (
      update import_items i set state = 'pending', reason = null, detail = null, attempts = 0, updated_at = now(),
        slot = ${held.nextSlot} + failed.place::int
      from failed where i.id = failed.id
      returning i.id, i.tenant_id, i.import_id, i.asset_id
    ), revived as (
      update assets a set state = 'pending', reason = null, detail = null, updated_at = now()
      from queued q where a.item_id = q.id and a.state = 'failed'
    ), noted as (
      insert into events (tenant_id, import_id, item_id, asset_id, kind)
      select tenant_id, import_id, id, asset_id, 'item.requeued' from queued
    )
    select count(*) as n from queued`;
  const n = result?.n ?? 0;
  if (n > 0)
    await tx`update imports set next_slot = ${held.nextSlot + n}, updated_at = now() where id = ${importId}`;
  return n;
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
      updated_at as "updatedAt"
    from import_items where ${where} order by id limit ${query.limit} offset ${query.offset}`;
  return { items, total: count?.total ?? 0 };
}
