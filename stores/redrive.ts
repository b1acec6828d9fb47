import { announce } from './feed/announce.ts';
import { handedIn } from './handedIn.ts';
import { enqueue } from './outbox.ts';
import type { Sql } from './postgres/database.ts';

/**
 * What became of failed items that were to get another round.
 * `queued`: they will be tried again. `resolved`: their picture is in the library (or on its way there) already, so
 * they count as duplicates now. `busy`: another run of their source is open. `gone`: the bytes of an upload are lost.
 */
export const REDRIVE_VERDICTS = ['queued', 'resolved', 'busy', 'gone'] as const;
export type RedriveVerdict = (typeof REDRIVE_VERDICTS)[number];
export type RedriveCounts = Record<RedriveVerdict, number>;

export interface Requeued {
  counts: RedriveCounts;
  /** Imports that have items to bring in again. */
  imports: { id: string; tenantId: string }[];
}

export const noneRedriven = (): RedriveCounts => ({ queued: 0, resolved: 0, busy: 0, gone: 0 });

/** An upload that shares its bytes with an earlier one goes where that one goes. */
async function withOwners(tx: Sql, ids: readonly number[]): Promise<number[]> {
  const rows = await tx<{ id: number }[]>`
    select id from import_items where id = any(${ids as number[]}::bigint[]) and state = 'failed'
    union
    select a.item_id from import_items i
    join imports m on m.id = i.import_id and m.kind ${handedIn(tx)}
    join assets a on a.id = i.asset_id and a.state = 'failed' and a.item_id is not null
    where i.id = any(${ids as number[]}::bigint[]) and i.state = 'failed'`;
  return rows.map(({ id }) => id);
}

/**
 * Gives failed items a place at the end of their imports' queues and opens those imports. The originals that are in
 * the store already are not fetched again; those that were lost are.
 */
export async function requeueItems(tx: Sql, ids: readonly number[]): Promise<Requeued> {
  const asked = await withOwners(tx, ids);
  // Slots are handed out under this lock, in one order for everybody.
  await tx`
    select id from imports
    where id in (select import_id from import_items where id = any(${asked}::bigint[]))
    order by id for update`;
  const rows = await tx<{ verdict: RedriveVerdict; importId: string; tenantId: string; n: number }[]>`
    with asked as materialized (
      select i.id, i.import_id, i.tenant_id, i.slot, i.asset_id, m.kind, m.next_slot, a.item_id as owner,
        a.state as asset_state, coalesce(a.reason, '') as asset_reason, known.asset_id as known_asset,
        m.state in ('completed', 'failed', 'cancelled') and (
          exists (
            select from imports o where o.pull_source_id = m.pull_source_id and not o.pushed and o.id <> m.id
              and o.state not in ('completed', 'failed', 'cancelled'))
          or dense_rank() over (partition by m.pull_source_id, m.pushed order by m.created_at desc, m.id) > 1
        ) and m.pull_source_id is not null and not m.pushed as busy,
        row_number() over (partition by i.asset_id order by i.id) as turn
      from import_items i
      join imports m on m.id = i.import_id
      left join assets a on a.id = i.asset_id
      -- A later run, or another import of the same place, may have brought this version in.
      left join lateral (
        select s.asset_id from source_items s join assets k on k.id = s.asset_id and k.state in ('ready', 'trashed')
        where m.kind not ${handedIn(tx)} and s.source_id = m.source_id and s.item_key = i.item_key
      ) known on true
      where i.id = any(${asked}::bigint[]) and i.state = 'failed'
    ), judged as materialized (
      select *, case
        when known_asset is not null then 'resolved'
        when busy then 'busy'
        when kind not ${handedIn(tx)} then 'queued'
        when asset_state in ('ready', 'trashed', 'pending') then 'resolved'
        when asset_state is distinct from 'failed' then 'gone'
        when asset_reason in ('object_missing', 'object_damaged') then 'gone'
        when owner = id or (owner is null and turn = 1) then 'queued'
        else 'resolved'
      end as verdict
      from asked
    ), queued as (
      update import_items i set state = 'pending', reason = null, detail = null, parked = null, attempts = 0,
        slot = q.next_slot + q.place, updated_at = now()
      from (
        select id, kind, next_slot, row_number() over (partition by import_id order by slot, id)::int - 1 as place
        from judged where verdict = 'queued'
      ) q
      where i.id = q.id
      returning i.id, i.tenant_id, i.import_id, i.asset_id, q.kind
    ), revived as (
      update assets a set state = 'pending', reason = null, detail = null, item_id = q.id, updated_at = now()
      from queued q
      where a.id = q.asset_id and a.state = 'failed'
        and (a.item_id = q.id or (a.item_id is null and q.kind ${handedIn(tx)}))
        -- Nothing is there to render from: it is claimed anew once its bytes are fetched.
        and coalesce(a.reason, '') not in ('object_missing', 'object_damaged')
    ), resolved as (
      update import_items i set state = 'duplicate', reason = 'known_content', detail = null, parked = null,
        asset_id = coalesce(j.known_asset, i.asset_id), updated_at = now()
      from judged j where i.id = j.id and j.verdict = 'resolved'
      returning i.id, i.tenant_id, i.import_id, i.asset_id
    ), noted as (
      insert into events (tenant_id, import_id, item_id, asset_id, kind, detail)
      select tenant_id, import_id, id, asset_id, 'item.requeued', '{}'::jsonb from queued
      union all
      select tenant_id, import_id, id, asset_id, 'item.duplicate', '{"reason": "known_content"}' from resolved
    ), opened as (
      update imports m set next_slot = m.next_slot + q.n, updated_at = now(),
        state = case when m.state in ('completed', 'failed', 'cancelled') then 'processing' else m.state end,
        finished_at = null,
        error_type = case when m.state = 'needs_attention' then m.error_type end,
        error_detail = case when m.state = 'needs_attention' then m.error_detail end
      from (select import_id, count(*)::int as n from queued group by import_id) q
      where m.id = q.import_id
    )
    select verdict, import_id as "importId", tenant_id as "tenantId", count(*) as n
    from judged group by verdict, import_id, tenant_id`;
  const counts = noneRedriven();
  for (const { verdict, n } of rows) counts[verdict] += n;
  for (const { importId, tenantId } of rows)
    await announce(tx, { kind: 'import.progress', tenantId, importId });
  const imports = rows
    .filter(({ verdict }) => verdict === 'queued')
    .map(({ importId, tenantId }) => ({ id: importId, tenantId }));
  return { counts, imports };
}

/** Another round for everything that failed in an import whose workflow is the one that asks. Returns how many. */
export async function requeueFailed(tx: Sql, importId: string): Promise<number> {
  const failed = await tx<{ id: number }[]>`
    select id from import_items where import_id = ${importId} and state = 'failed'`;
  const { counts, imports } = await requeueItems(
    tx,
    failed.map(({ id }) => id),
  );
  await tellOthers(
    tx,
    imports.filter(({ id }) => id !== importId),
  );
  return counts.queued;
}

async function tellOthers(tx: Sql, imports: Requeued['imports']): Promise<void> {
  for (const { id, tenantId } of imports)
    await enqueue(tx, { tenantId, kind: 'resume-import', importId: id });
}

/** Gives failed items another round, and asks for the workflows that bring them in. @returns what became of the items */
export async function redriveItems(tx: Sql, ids: readonly number[]): Promise<RedriveCounts> {
  const { counts, imports } = await requeueItems(tx, ids);
  await tellOthers(tx, imports);
  return counts;
}
