import type { Sql } from '../postgres/database.ts';
import type { Stretch } from '../sequences/regroup.ts';
import { type ClockChange, moved } from './change.ts';
import type { CorrectionState } from './corrections.ts';

/** Images moved in one transaction: far below the deadline, with every index that a time is in. */
const BATCH = 1_000;

/**
 * Moves the next images of a correction, or moves them back when it is being undone.
 * @returns whether there may be more
 */
export async function moveBatch(tx: Sql, correctionId: string): Promise<boolean> {
  const [correction] = await tx<{ state: CorrectionState; change: ClockChange }[]>`
    select state, change from clock_corrections where id = ${correctionId} for update`;
  if (correction?.state === 'applying') return apply(tx, correctionId, correction.change);
  if (correction?.state === 'undoing') return restore(tx, correctionId);
  return false;
}

async function apply(tx: Sql, id: string, change: ClockChange): Promise<boolean> {
  const [done] = await tx<{ n: number }[]>`
    with picked as (
      select asset_id from clock_correction_assets where correction_id = ${id} and not applied
      order by asset_id limit ${BATCH}
    ), before as materialized (
      select a.* from assets a join picked p on p.asset_id = a.id order by a.id for update of a
    ), after as (
      select a.id, m.* from before a cross join lateral (${moved(tx, change)}) m where a.captured_at is not null
    ), changed as (
      update assets a set captured_at = n.taken, captured_local = n.local, captured_offset = n.utc_offset,
        captured_confidence = case when a.captured_confidence = 'low' then 'medium' else a.captured_confidence end,
        captured_flags = n.flags, updated_at = now()
      from after n where a.id = n.id
    ), remembered as (
      update clock_correction_assets c set applied = true, captured_at = b.captured_at, captured_local = b.captured_local,
        captured_offset = b.captured_offset, captured_confidence = b.captured_confidence, captured_flags = b.captured_flags
      from before b where c.correction_id = ${id} and c.asset_id = b.id
    ), noted as (
      insert into events (tenant_id, asset_id, kind, detail)
      select b.tenant_id, b.id, 'asset.clock_corrected',
        jsonb_build_object('correction', ${id}::text, 'before', b.captured_at, 'after', n.taken)
      from before b join after n on n.id = b.id
    )
    select count(*) as n from picked`;
  return (done?.n ?? 0) > 0;
}

async function restore(tx: Sql, id: string): Promise<boolean> {
  const [done] = await tx<{ n: number }[]>`
    with picked as (
      select * from clock_correction_assets where correction_id = ${id} and applied order by asset_id limit ${BATCH}
    ), changed as (
      update assets a set captured_at = p.captured_at, captured_local = p.captured_local,
        captured_offset = p.captured_offset, captured_confidence = p.captured_confidence,
        captured_flags = p.captured_flags, updated_at = now()
      from picked p where a.id = p.asset_id
    ), remembered as (
      update clock_correction_assets c set applied = false, captured_at = a.captured_at
      from picked p join assets a on a.id = p.asset_id where c.correction_id = ${id} and c.asset_id = p.asset_id
    ), noted as (
      insert into events (tenant_id, asset_id, kind, detail)
      select a.tenant_id, a.id, 'asset.clock_restored',
        jsonb_build_object('correction', ${id}::text, 'before', a.captured_at, 'after', p.captured_at)
      from picked p join assets a on a.id = p.asset_id
    )
    select count(*) as n from picked`;
  return (done?.n ?? 0) > 0;
}

/** Where images of a correction lay before it moved them, and where they lie now. */
export async function stretchesMoved(sql: Sql, correctionId: string): Promise<Stretch[]> {
  return sql<Stretch[]>`
    select a.tenant_id as "tenantId", a.camera_key as "cameraKey", a.location_id as "locationId",
      min(t.at) as "from", max(t.at) as "to"
    from clock_correction_assets c join assets a on a.id = c.asset_id
    cross join lateral (values (0, c.captured_at), (1, a.captured_at)) t(side, at)
    where c.correction_id = ${correctionId} and a.camera_key is not null and t.at is not null
    group by 1, 2, 3, t.side`;
}

export async function finishCorrection(sql: Sql, correctionId: string): Promise<void> {
  await sql`
    update clock_corrections set
      state = case state when 'applying' then 'applied' when 'undoing' then 'undone' else state end,
      applied_at = case when state = 'applying' then now() else applied_at end,
      undone_at = case when state = 'undoing' then now() else undone_at end
    where id = ${correctionId}`;
}
