import { createHash } from 'node:crypto';
import { isHandedIn } from '../domain/import.ts';
import { storable, storableShort } from '../domain/text.ts';
import type { Json, ListPage, SourceItem } from '../sources/source.ts';
import { announce } from './feed/announce.ts';
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

/** A listing that shrank below this share of the last one is not believed. */
const SHRUNKEN = 0.5;

function itemKey(externalId: string, version: string): string {
  return createHash('sha256')
    .update(storable(externalId))
    .update('\0')
    .update(storable(version))
    .digest('hex');
}

/**
 * Adds one page of a listing to an import, with the cursor that comes after it, in one transaction.
 *
 * Versions that the ledger knows and unwanted names end at once as `skipped`; content that the provider's hash shows to
 * be in the library already as `duplicate`, without a download. The rest gets slots. A run of a pull source, which meets
 * the same files every hour, only counts what it knows, and takes the oldest of what is new.
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
  const complete = page.next === null;
  if (record.pullSourceId !== null) nextSlot = await chooseOldest(tx, record, complete);
  await tx`
    update imports set pages = pages + 1, cursor = ${tx.json(storableJson(page.next))}, listing_complete = ${complete},
      next_slot = ${nextSlot}, listed_items = listed_items + ${page.items.length},
      suspect = case when ${page.partial === true} then 'partial' else suspect end, updated_at = now()
    where id = ${record.id}`;
  if (complete && record.pullSourceId !== null) await judgeListing(tx, record);
  // What is handed in is its own listing.
  if (!isHandedIn(record.kind)) {
    const detail = {
      page: record.pages + 1,
      entries: page.items.length,
      complete,
      partial: page.partial === true,
    };
    await tx`
      insert into events (tenant_id, import_id, kind, detail)
      values (${record.tenantId}, ${record.id}, 'import.page_listed', ${tx.json(detail)})`;
    await announce(tx, { kind: 'import.progress', tenantId: record.tenantId, importId: record.id });
  }
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
    hashes: item.hashes ?? null,
    skip: item.skip ?? null,
  }));
  const pulled = record.pullSourceId !== null;
  const [result] = await tx<{ nextSlot: number }[]>`
    with listed as (
      select distinct on (item_key) ord, decode(item_key, 'hex') as item_key, external_id, name, locator, size, size_exact,
        modified_at, version, hashes, skip
      from jsonb_to_recordset(${tx.json(rows)}) as t(ord int, item_key text, external_id text, name text, locator jsonb,
        size bigint, size_exact boolean, modified_at timestamptz, version text, hashes jsonb, skip text)
      order by item_key, ord
    ), judged as (
      select l.*, coalesce(case when l.skip is null and not ${record.force} then known.asset_id end, same.id) as known_asset,
        coalesce(l.skip, case
          when ${record.force} then null
          when known.outcome = 'rejected' then 'known_reject'
          when asset.id is not null then 'known_version'
          when same.id is not null then 'known_content'
          when l.modified_at > now() - ${record.settleSeconds ?? 0} * interval '1 second' and l.modified_at < now()
            then 'still_changing'
        end) as reason
      from listed l
      left join source_items known on known.source_id = ${record.sourceId} and known.item_key = l.item_key
      -- What a person threw away or a purge removed does not come back because the source still shows it.
      left join assets asset on asset.id = known.asset_id and asset.state in ('ready', 'trashed', 'deleting', 'deleted')
      left join lateral (
        -- The hashes that providers announce; one that is easily forged counts only beside the exact size.
        select a.id from assets a
        where l.skip is null and l.hashes is not null and not ${record.force}
          and a.tenant_id = ${record.tenantId} and a.state in ('ready', 'trashed')
          and (a.sha256 = decode(l.hashes->>'sha256', 'hex') or a.dropbox_hash = decode(l.hashes->>'dropbox', 'hex')
            or (a.md5 = decode(l.hashes->>'md5', 'hex') and l.size_exact and a.bytes = l.size))
        limit 1
      ) same on true
      where not exists (select from import_items i where i.import_id = ${record.id} and i.item_key = l.item_key)
    ), added as (
      insert into import_items (tenant_id, import_id, item_key, external_id, name, locator, size, size_exact, modified_at,
        version, hashes, state, reason, asset_id, slot)
      select ${record.tenantId}, ${record.id}, item_key, external_id, name, locator, size, size_exact, modified_at, version,
        hashes, case when reason is null then 'pending' when reason = 'known_content' then 'duplicate' else 'skipped' end,
        reason, case when reason is null then null else known_asset end,
        case when reason is null and not ${pulled}
          then ${nextSlot} + (row_number() over (partition by reason is null order by ord))::int - 1 end
      from judged
      where not ${pulled} or reason is null or reason = 'known_content'
      returning slot, item_key, external_id, version, state, asset_id
    ), remembered as (
      insert into source_items (source_id, item_key, tenant_id, external_id, version, outcome, asset_id, import_id)
      select ${record.sourceId}, item_key, ${record.tenantId}, external_id, version, state, asset_id, ${record.id}
      from added where state = 'duplicate'
      on conflict (source_id, item_key) do update set outcome = excluded.outcome, asset_id = excluded.asset_id,
        import_id = excluded.import_id, updated_at = now()
    ), counted as (
      update imports set
        known_items = known_items + (select count(*) from judged where reason not in ('known_content', 'still_changing')),
        unsettled_items = unsettled_items + (select count(*) from judged where reason = 'still_changing')
      where ${pulled} and id = ${record.id}
    )
    select coalesce(max(slot) + 1, ${nextSlot})::int as "nextSlot" from added`;
  return result?.nextSlot ?? nextSlot;
}

/**
 * Keeps as many of the new files as a run may take, the oldest first, and lets go of the others, which the next run
 * meets again. Files that failed in earlier runs come after all others, so that a few of them cannot fill every run.
 */
async function chooseOldest(tx: Sql, record: ImportRecord, complete: boolean): Promise<number> {
  const [row] = await tx<{ slots: number }[]>`
    with ranked as (
      select i.id, row_number() over (
        order by coalesce(f.failures, 0), i.modified_at nulls last, i.external_id, i.id) as place
      from import_items i
      left join source_failures f on f.source_id = ${record.sourceId} and f.item_key = i.item_key
      where i.import_id = ${record.id} and i.state = 'pending' and i.slot is null
    ), left_out as (
      delete from import_items i using ranked r
      where i.id = r.id and r.place > ${record.maxItems ?? 2_147_483_647}
      returning i.id
    ), placed as (
      update import_items i set slot = r.place - 1 from ranked r
      where ${complete} and i.id = r.id and r.place <= ${record.maxItems ?? 2_147_483_647}
      returning i.slot
    ), counted as (
      update imports set deferred_items = deferred_items + (select count(*) from left_out) where id = ${record.id}
    )
    select coalesce(max(slot) + 1, 0)::int as slots from placed`;
  return row?.slots ?? 0;
}

/** An empty or much shorter listing is no news of deletions: it is noted, and the next one is compared with the last good one. */
async function judgeListing(tx: Sql, record: ImportRecord): Promise<void> {
  await tx`
    with judged as (
      update imports m set suspect = coalesce(m.suspect, case
          when p.last_listing_count > 0 and m.listed_items = 0 then 'empty'
          when m.listed_items < ${SHRUNKEN}::float8 * p.last_listing_count then 'shrunken'
        end)
      from pull_sources p where m.id = ${record.id} and p.id = m.pull_source_id and not m.pushed
      returning m.pull_source_id, m.suspect, m.listed_items
    )
    update pull_sources p set last_listing_count = judged.listed_items
    from judged where p.id = judged.pull_source_id and judged.suspect is null`;
}
