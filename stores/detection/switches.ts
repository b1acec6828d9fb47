import { tellOutbox } from '../outbox.ts';
import type { Sql } from '../postgres/database.ts';
import { type Backfill, backfill } from './backfill.ts';
import { type Role, setModel } from './models.ts';

/** That a model took the place of another one, or of none. */
export interface Switch {
  id: string;
  tenantId: string | null;
  /** `null`: all tenants that have no model of their own. */
  tenantName: string | null;
  role: Role;
  fromModelId: number | null;
  /** `name@version` */
  fromModel: string | null;
  toModelId: number | null;
  toModel: string | null;
  switchedAt: Date;
  undoneAt: Date | null;
}

export interface Wanted {
  role: Role;
  /** `null`: all tenants that have no model of their own. */
  tenantId: string | null;
  /** `null`: none. */
  modelId: number | null;
  /** Whether pictures that are there already are looked at, and what the model said of them before counts again. */
  backfill: boolean;
}

const columns = (sql: Sql) => sql`
  w.id, w.tenant_id as "tenantId", t.name as "tenantName", w.role, w.from_model_id as "fromModelId",
  f.name || '@' || f.version as "fromModel", w.to_model_id as "toModelId", m.name || '@' || m.version as "toModel",
  w.switched_at as "switchedAt", w.undone_at as "undoneAt"`;
const joins = (sql: Sql) => sql`
  left join tenants t on t.id = w.tenant_id left join models f on f.id = w.from_model_id
  left join models m on m.id = w.to_model_id`;

/** Puts a model to use, or none, and writes down that it did. @returns `id` is `null`: it was so before */
export async function switchModel(
  tx: Sql,
  { role, tenantId, modelId, backfill: isWanted }: Wanted,
): Promise<{ id: string | null; backfill: Backfill[] }> {
  const table = tx(role === 'detector' ? 'active_detectors' : 'active_classifiers');
  // Two people at the same time follow one after the other.
  await tx`select pg_advisory_xact_lock(hashtextextended(${`model ${role} ${tenantId ?? 'all'}`}, 0))`;
  const [before] = await tx<{ modelId: number }[]>`
    select model_id as "modelId" from ${table} where tenant_id is not distinct from ${tenantId}`;
  const from = before?.modelId ?? null;
  await setModel(tx, role, tenantId, modelId);
  const begun = isWanted ? await backfill(tx, tenantId, role) : [];
  // It may be a command that does this, which has no dispatcher.
  if (begun.length > 0) await tellOutbox(tx);
  if (from === modelId) return { id: null, backfill: begun };
  const [row] = await tx<{ id: string }[]>`
    insert into model_switches (tenant_id, role, from_model_id, to_model_id)
    values (${tenantId}, ${role}, ${from}, ${modelId}) returning id`;
  return { id: row?.id ?? null, backfill: begun };
}

export type UndoEnd =
  | { end: 'undone'; id: string; backfill: Backfill[] }
  | { end: 'missing' | 'undone before' | 'not the latest' | 'model removed' };

/** Gives a model's place back to the one before. Only the latest switch of a tenant can be undone. */
export async function undoSwitch(tx: Sql, id: string): Promise<UndoEnd> {
  const found = await findSwitch(tx, id);
  if (found === null) return { end: 'missing' };
  if (found.undoneAt !== null) return { end: 'undone before' };
  const { role, tenantId, fromModelId } = found;
  const [latest] = await tx<{ id: string }[]>`
    select id from model_switches where tenant_id is not distinct from ${tenantId} and role = ${role}
    order by switched_at desc, id limit 1`;
  if (latest?.id !== id) return { end: 'not the latest' };
  if (fromModelId !== null) {
    const [kept] = await tx`select from models where id = ${fromModelId} and removed_at is null`;
    if (kept === undefined) return { end: 'model removed' };
  }
  await tx`update model_switches set undone_at = now() where id = ${id}`;
  const done = await switchModel(tx, { role, tenantId, modelId: fromModelId, backfill: true });
  return { end: 'undone', id: done.id ?? id, backfill: done.backfill };
}

export async function findSwitch(sql: Sql, id: string): Promise<Switch | null> {
  const [row] = await sql<
    Switch[]
  >`select ${columns(sql)} from model_switches w ${joins(sql)} where w.id = ${id}`;
  return row ?? null;
}

/** The latest first. @param tenantId of that tenant, and of all tenants */
export async function listSwitches(
  sql: Sql,
  { tenantId, limit, offset }: { tenantId: string; limit: number; offset: number },
): Promise<{ switches: Switch[]; total: number }> {
  const where = sql`(w.tenant_id = ${tenantId} or w.tenant_id is null)`;
  const switches = await sql<Switch[]>`
    select ${columns(sql)} from model_switches w ${joins(sql)} where ${where}
    order by w.switched_at desc, w.id limit ${limit} offset ${offset}`;
  const [count] = await sql<
    { total: number }[]
  >`select count(*) as total from model_switches w where ${where}`;
  return { switches, total: count?.total ?? 0 };
}
