import type { Sql } from '../postgres/database.ts';

const BATCH = 1_000;

/**
 * Takes the next assets of an approved purge out of sight. What was used again since the manifest was frozen (more of
 * the same bytes arrived, somebody took it out of the trash) is left alone, and that is noted.
 * @returns whether there may be more
 */
export async function hideNext(tx: Sql, purgeId: string): Promise<boolean> {
  const [held] = await tx<{ createdAt: Date; stop: boolean }[]>`
    select created_at as "createdAt", state <> 'approved' or undo_asked_at is not null as stop
    from purge_manifests where id = ${purgeId} for update`;
  if (held === undefined || held.stop) return false;
  const [result] = await tx<{ n: number }[]>`
    with next as (
      select m.asset_id, m.why from purge_manifest_assets m
      where m.purge_id = ${purgeId} and m.state = 'listed' order by m.asset_id limit ${BATCH}
    ), locked as (
      select a.id, a.state, a.trashed_at, a.trashed_by,
        case when a.state = 'ready' and n.why = 'age' then a.updated_at <= p.created_at
          when a.state = 'trashed' then a.trashed_by <> 'purge' and (n.why = 'age' or a.trashed_at < p.created_at)
          else false end as fits
      from next n join assets a on a.id = n.asset_id join purge_manifests p on p.id = ${purgeId}
      order by a.id for update of a
    ), gone as (
      update assets a set state = 'trashed', trashed_at = now(), trashed_by = 'purge', purge_id = ${purgeId}, updated_at = now()
      from locked l where a.id = l.id and l.fits
      returning a.id, a.tenant_id
    ), noted as (
      insert into events (tenant_id, asset_id, kind, detail)
      select tenant_id, id, 'asset.trashed', jsonb_build_object('by', 'purge', 'purge', ${purgeId}::text) from gone
    ), told as (
      insert into feed_events (tenant_id, kind, subject_id, asset_ids, detail)
      select tenant_id, 'asset.trashed', ${purgeId}::uuid, array_agg(id order by id), '{"by": "purge"}' from gone group by tenant_id
    ), marked as (
      update purge_manifest_assets m set state = case when l.fits then 'hidden' else 'skipped' end,
        reason = case when l.fits then null when l.trashed_by = 'purge' then 'other_purge'
          when l.state in ('deleting', 'deleted') then 'gone' else 'used_again' end,
        was_trashed_at = l.trashed_at, was_trashed_by = l.trashed_by
      from locked l where m.purge_id = ${purgeId} and m.asset_id = l.id
      returning m.asset_id
    )
    select count(*) as n from marked`;
  if ((result?.n ?? 0) > 0) return true;
  await tx`update purge_manifests set state = 'hidden' where id = ${purgeId}`;
  return false;
}

/** Puts the next hidden assets back where they were. @returns whether there may be more */
export async function unhideNext(tx: Sql, purgeId: string): Promise<boolean> {
  const [result] = await tx<{ n: number }[]>`
    with next as (
      select m.asset_id, m.was_trashed_at, m.was_trashed_by from purge_manifest_assets m
      where m.purge_id = ${purgeId} and m.state = 'hidden' order by m.asset_id limit ${BATCH}
    ), locked as (
      select a.id, n.was_trashed_at, n.was_trashed_by from next n join assets a on a.id = n.asset_id
      order by a.id for update of a
    ), back as (
      update assets a set state = case when l.was_trashed_at is null then 'ready' else 'trashed' end,
        trashed_at = l.was_trashed_at, trashed_by = l.was_trashed_by, purge_id = null, updated_at = now()
      from locked l
      where a.id = l.id and a.state = 'trashed' and a.trashed_by = 'purge' and a.purge_id = ${purgeId}
      returning a.id, a.tenant_id
    ), noted as (
      insert into events (tenant_id, asset_id, kind, detail)
      select tenant_id, id, 'asset.restored', jsonb_build_object('by', 'undo', 'purge', ${purgeId}::text) from back
    ), told as (
      insert into feed_events (tenant_id, kind, subject_id, asset_ids)
      select tenant_id, 'asset.restored', ${purgeId}::uuid, array_agg(id order by id) from back group by tenant_id
    ), marked as (
      update purge_manifest_assets m
      set state = case when b.id is null then 'skipped' else 'restored' end,
        reason = case when b.id is null then 'used_again' end
      from next n left join back b on b.id = n.asset_id
      where m.purge_id = ${purgeId} and m.asset_id = n.asset_id
      returning m.asset_id
    )
    select count(*) as n from marked`;
  return (result?.n ?? 0) > 0;
}

/**
 * The point of no return, taken by one statement: `delete`, or `undo` when somebody asked for that first.
 * `gone`: there is no such purge (its tenant was deleted). `over`: it has ended already.
 */
export async function decide(sql: Sql, purgeId: string): Promise<'delete' | 'undo' | 'gone' | 'over'> {
  const [row] = await sql<{ state: string }[]>`
    update purge_manifests set state = case when state = 'hidden' and undo_asked_at is null then 'deleting' else state end
    where id = ${purgeId} returning state`;
  if (row === undefined) return 'gone';
  if (row.state === 'completed' || row.state === 'undone') return 'over';
  return row.state === 'deleting' ? 'delete' : 'undo';
}

/** Milliseconds in which the purge can still be undone; `null`: it need not be waited for. */
export async function undoWindow(sql: Sql, purgeId: string): Promise<number | null> {
  const [row] = await sql<{ ms: number }[]>`
    select ceil(extract(epoch from undo_until - now()) * 1000)::int8 as ms from purge_manifests
    where id = ${purgeId} and state = 'hidden' and undo_asked_at is null`;
  return row === undefined || row.ms <= 0 ? null : row.ms;
}
