import { type ImageFilter, imagesOf, matching } from '../finding/filter.ts';
import { enqueue } from '../outbox.ts';
import type { Sql } from '../postgres/database.ts';
import { type ClockChange, movable, moved } from './change.ts';

export type CorrectionState = 'applying' | 'applied' | 'undoing' | 'undone';

export interface CorrectionRow {
  id: string;
  state: CorrectionState;
  change: Record<string, unknown>;
  selection: Record<string, unknown>;
  images: number;
  createdAt: Date;
  appliedAt: Date | null;
  undoneAt: Date | null;
}

export interface NewCorrection {
  filter: ImageFilter;
  change: ClockChange;
  /** What the person gave, to show it again. */
  given: { change: Record<string, string | number>; selection: Record<string, never> };
}

export interface Preview {
  images: number;
  /** Images of the selection that have no time to move. */
  without: number;
  samples: {
    id: number;
    name: string;
    before: Date;
    after: Date;
    localBefore: string | null;
    localAfter: string | null;
  }[];
}

const SAMPLES = 10;

/** What a correction would do: how many images it moves, and the first and last of them. */
export async function previewCorrection(tx: Sql, filter: ImageFilter, change: ClockChange): Promise<Preview> {
  const where = matching(tx, filter);
  const [counts] = await tx<{ images: number; without: number }[]>`
    select count(*) filter (where ${movable(tx, change)}) as images,
      count(*) filter (where not (${movable(tx, change)})) as without
    from ${imagesOf(tx, filter.status)} where ${where}`;
  const samples = await tx<Preview['samples']>`
    select a.id, a.name, a.captured_at as before, m.taken as after, a.captured_local as "localBefore", m.local as "localAfter"
    from (
      (select a.* from ${imagesOf(tx, filter.status)} where ${where} and ${movable(tx, change)}
        order by a.taken_order, a.id limit ${SAMPLES / 2})
      union
      (select a.* from ${imagesOf(tx, filter.status)} where ${where} and ${movable(tx, change)}
        order by a.taken_order desc, a.id desc limit ${SAMPLES / 2})
    ) a cross join lateral (${moved(tx, change)}) m
    order by a.captured_at, a.id`;
  return { images: counts?.images ?? 0, without: counts?.without ?? 0, samples };
}

/**
 * Records a correction with the images that it means at this moment, and asks for it to be applied.
 * @returns `busy`: another one of this tenant is under way; `nothing`: no image has a time to move
 */
export async function recordCorrection(
  tx: Sql,
  { filter, change, given }: NewCorrection,
): Promise<{ id: string } | 'busy' | 'nothing'> {
  const [row] = await tx<{ id: string }[]>`
    insert into clock_corrections (tenant_id, change, selection)
    values (${filter.tenantId}, ${tx.json({ ...given.change, ...change })}, ${tx.json(given.selection)})
    on conflict (tenant_id) where state in ('applying', 'undoing') do nothing
    returning id`;
  if (row === undefined) return 'busy';
  const frozen = await tx`
    insert into clock_correction_assets (correction_id, asset_id)
    select ${row.id}, a.id from ${imagesOf(tx, filter.status)}
    where ${matching(tx, filter)} and ${movable(tx, change)}`;
  if (frozen.count === 0) {
    await tx`delete from clock_corrections where id = ${row.id}`;
    return 'nothing';
  }
  await tx`update clock_corrections set images = ${frozen.count} where id = ${row.id}`;
  await enqueue(tx, { tenantId: filter.tenantId, kind: 'correct-clocks', subjectId: row.id });
  return row;
}

/**
 * Asks for a correction to be undone.
 * @returns why not: it is `gone`, not `applied` (any more), another one is under way, or one that came later and touches
 *   the same images has to be undone first
 */
export async function requestUndo(
  tx: Sql,
  id: string,
): Promise<'asked' | 'gone' | 'not applied' | 'busy' | { first: string }> {
  const [row] = await tx<{ tenantId: string; state: CorrectionState; number: number }[]>`
    select tenant_id as "tenantId", state, number from clock_corrections where id = ${id} for update`;
  if (row === undefined) return 'gone';
  if (row.state !== 'applied') return 'not applied';
  const [busy] = await tx`
    select id from clock_corrections where tenant_id = ${row.tenantId} and state in ('applying', 'undoing')`;
  if (busy !== undefined) return 'busy';
  const [later] = await tx<{ id: string }[]>`
    select c.id from clock_corrections c
    where c.tenant_id = ${row.tenantId} and c.number > ${row.number} and c.state = 'applied' and exists (
      select from clock_correction_assets mine join clock_correction_assets theirs on theirs.asset_id = mine.asset_id
      where mine.correction_id = ${id} and theirs.correction_id = c.id)
    order by c.number desc limit 1`;
  if (later !== undefined) return { first: later.id };
  await tx`update clock_corrections set state = 'undoing' where id = ${id}`;
  await enqueue(tx, { tenantId: row.tenantId, kind: 'restore-clocks', subjectId: id });
  return 'asked';
}

const columns = (sql: Sql) => sql`
  id, state, change, selection, images, created_at as "createdAt", applied_at as "appliedAt", undone_at as "undoneAt"`;

export async function findCorrection(sql: Sql, id: string): Promise<CorrectionRow | null> {
  const [row] = await sql<CorrectionRow[]>`select ${columns(sql)} from clock_corrections where id = ${id}`;
  return row ?? null;
}

/** Corrections of a tenant, the latest first. */
export async function listCorrections(
  sql: Sql,
  query: { tenantId: string; limit: number; offset: number },
): Promise<{ corrections: CorrectionRow[]; total: number }> {
  const [count] = await sql<{ total: number }[]>`
    select count(*) as total from clock_corrections where tenant_id = ${query.tenantId}`;
  const corrections = await sql<CorrectionRow[]>`
    select ${columns(sql)} from clock_corrections where tenant_id = ${query.tenantId}
    order by number desc limit ${query.limit} offset ${query.offset}`;
  return { corrections, total: count?.total ?? 0 };
}
