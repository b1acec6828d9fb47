import { type NextRange, type ReprocessState, stepSize } from '../domain/reprocess.ts';
import { storableShort } from '../domain/text.ts';
import { isSeen } from './detection/seen.ts';
import { enqueue } from './outbox.ts';
import type { Sql } from './postgres/database.ts';

export interface NewReprocess {
  tenantId: string;
  /** `null`: all that are eager. */
  preset: string | null;
  /** Boxes of this model instead of renditions. */
  modelId?: number | null;
  /** What the model says is kept beside what counts. */
  shadow?: boolean;
  /** At most; `null`: as many as there is room for. */
  imagesPerMinute?: number | null;
  /** `null`: all there are. */
  assetIds: readonly number[] | null;
}

export interface ReprocessRow {
  id: string;
  tenantId: string;
  tenantName: string;
  preset: string | null;
  /** `name@version`; `null`: it is about renditions. */
  model: string | null;
  state: ReprocessState;
  imagesPerMinute: number | null;
  /** Assets to look at; `null` before it began. */
  total: number | null;
  /** Looked at so far. */
  checked: number;
  /** Of them: made anew, and failed. */
  made: number;
  failed: number;
  cursor: number;
  createdAt: Date;
  updatedAt: Date;
  finishedAt: Date | null;
}

/** Records a reprocess and asks for its workflow. @returns its id */
export async function createReprocess(
  tx: Sql,
  { tenantId, preset, modelId = null, shadow = false, imagesPerMinute = null, assetIds }: NewReprocess,
): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into reprocesses (tenant_id, preset, model_id, shadow, images_per_minute, asset_ids)
    values (${tenantId}, ${preset}, ${modelId}, ${shadow}, ${imagesPerMinute}, ${assetIds as number[] | null}::bigint[])
    returning id`;
  if (row === undefined) throw new Error('The insert of a reprocess returned no row.');
  const kind = modelId === null ? 'reprocess' : 'detect-again';
  await enqueue(tx, { tenantId, kind, subjectId: row.id });
  return row.id;
}

const columns = (sql: Sql) => sql`
  p.id, p.tenant_id as "tenantId", t.name as "tenantName", p.preset,
  (select m.name || '@' || m.version from models m where m.id = p.model_id) as model, p.state,
  p.images_per_minute as "imagesPerMinute", p.total, p.checked, p.made,
  (select count(*) from reprocess_failures f where f.reprocess_id = p.id) as failed, p.cursor,
  p.created_at as "createdAt", p.updated_at as "updatedAt", p.finished_at as "finishedAt"`;

export async function findReprocess(sql: Sql, id: string): Promise<ReprocessRow | null> {
  const [row] = await sql<ReprocessRow[]>`
    select ${columns(sql)} from reprocesses p join tenants t on t.id = p.tenant_id where p.id = ${id}`;
  return row ?? null;
}

export interface ReprocessFailure {
  assetId: number;
  type: string;
  detail: string;
  at: Date;
}

/** The first ones. */
export async function failuresOf(sql: Sql, id: string, limit: number): Promise<ReprocessFailure[]> {
  return sql<ReprocessFailure[]>`
    select asset_id as "assetId", type, detail, at from reprocess_failures
    where reprocess_id = ${id} order by asset_id limit ${limit}`;
}

/** The assets that a reprocess is about. */
const ofIt = (sql: Sql) => sql`
  a.tenant_id = p.tenant_id and a.state = 'ready' and (p.asset_ids is null or a.id = any(p.asset_ids))`;

/** Begins, or goes on where it was. */
export async function openReprocess(
  sql: Sql,
  id: string,
): Promise<{ cursor: number; state: ReprocessState } | null> {
  const [row] = await sql<{ cursor: number; state: ReprocessState }[]>`
    update reprocesses p set
      total = coalesce(p.total, (select count(*) from assets a where ${ofIt(sql)})),
      state = case p.state when 'pending' then 'processing' else p.state end, updated_at = now()
    where id = ${id} returning cursor, state`;
  return row ?? null;
}

/** The next assets behind `after`; `null`: there are none. */
export async function nextRange(sql: Sql, id: string, after: number): Promise<NextRange | null> {
  const [wanted] = await sql<{ imagesPerMinute: number | null }[]>`
    select images_per_minute as "imagesPerMinute" from reprocesses where id = ${id}`;
  const imagesPerMinute = wanted?.imagesPerMinute ?? null;
  const [row] = await sql<{ upTo: number | null; images: number }[]>`
    select max(id) as "upTo", count(*) as images from (
      select a.id from reprocesses p join assets a on ${ofIt(sql)}
      where p.id = ${id} and a.id > ${after}
        -- What the model has seen is passed over in one step.
        and (p.model_id is null or not ${isSeen(sql)})
      order by a.id limit ${stepSize(imagesPerMinute)}
    ) next`;
  if (row === undefined || row.upTo === null) return null;
  return { after, upTo: row.upTo, images: row.images, imagesPerMinute };
}

/** @returns whether it is still under way, and so took notice */
export async function setPace(sql: Sql, id: string, imagesPerMinute: number | null): Promise<boolean> {
  const rows = await sql`
    update reprocesses set images_per_minute = ${imagesPerMinute}, updated_at = now()
    where id = ${id} and state not in ('completed', 'cancelled') returning id`;
  return rows.length > 0;
}

/** Notes that everything up to an asset is done with. Noting it again changes nothing. */
export async function advance(sql: Sql, id: string, upTo: number): Promise<void> {
  await sql`
    update reprocesses p set cursor = ${upTo}, updated_at = now(),
      checked = p.checked + (select count(*) from assets a where ${ofIt(sql)} and a.id > p.cursor and a.id <= ${upTo})
    where id = ${id} and cursor < ${upTo}`;
}

/** A finished one stays as it is. */
export async function setReprocessState(sql: Sql, id: string, state: ReprocessState): Promise<void> {
  const finished = state === 'completed' || state === 'cancelled';
  await sql`
    with changed as (
      update reprocesses set state = ${state}, updated_at = now(), finished_at = ${finished ? sql`now()` : null}
      where id = ${id} and state not in ('completed', 'cancelled') returning id, tenant_id, made, checked
    )
    insert into feed_events (tenant_id, kind, subject_id, detail)
    select tenant_id, ${`reprocess.${state}`}::text, id, jsonb_build_object('made', made, 'checked', checked)
    from changed where ${finished}`;
}

/** Notes that an asset was made anew, in the transaction that did it. */
export async function countMade(tx: Sql, id: string): Promise<void> {
  await tx`update reprocesses set made = made + 1, updated_at = now() where id = ${id}`;
}

/** Notes why an asset stays as it was. */
export async function recordFailure(
  sql: Sql,
  id: string,
  failure: { assetId: number; type: string; detail: string },
): Promise<void> {
  await sql`
    insert into reprocess_failures (reprocess_id, asset_id, type, detail)
    values (${id}, ${failure.assetId}, ${failure.type}, ${storableShort(failure.detail)})
    on conflict (reprocess_id, asset_id) do update set type = excluded.type, detail = excluded.detail, at = now()`;
}
