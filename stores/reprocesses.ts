import { type AssetRange, REPROCESS_BATCH, type ReprocessState } from '../domain/reprocess.ts';
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
  { tenantId, preset, modelId = null, shadow = false, assetIds }: NewReprocess,
): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into reprocesses (tenant_id, preset, model_id, shadow, asset_ids)
    values (${tenantId}, ${preset}, ${modelId}, ${shadow}, ${assetIds as number[] | null}::bigint[]) returning id`;
  if (row === undefined) throw new Error('The insert of a reprocess returned no row.');
  const kind = modelId === null ? 'reprocess' : 'detect-again';
  await enqueue(tx, { tenantId, kind, subjectId: row.id });
  return row.id;
}

const columns = (sql: Sql) => sql`
  p.id, p.tenant_id as "tenantId", t.name as "tenantName", p.preset,
  (select m.name || '@' || m.version from models m where m.id = p.model_id) as model, p.state, p.total, p.checked, p.made,
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
export async function nextRange(sql: Sql, id: string, after: number): Promise<AssetRange | null> {
  const [row] = await sql<{ upTo: number | null }[]>`
    select max(id) as "upTo" from (
      select a.id from reprocesses p join assets a on ${ofIt(sql)}
      where p.id = ${id} and a.id > ${after}
        -- What the model has seen is passed over in one step.
        and (p.model_id is null or not ${isSeen(sql)})
      order by a.id limit ${REPROCESS_BATCH}
    ) next`;
  return row === undefined || row.upTo === null ? null : { after, upTo: row.upTo };
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
    update reprocesses set state = ${state}, updated_at = now(), finished_at = ${finished ? sql`now()` : null}
    where id = ${id} and state not in ('completed', 'cancelled')`;
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
