import type { Failure, FailureType } from '../../domain/failures.ts';
import { storableShort } from '../../domain/text.ts';
import type { Sql } from '../postgres/database.ts';

/** A model that was added. What its manifest says is read by `detection/manifest.ts`. */
export interface ModelRow {
  id: number;
  name: string;
  version: string;
  family: string;
  /** Of its file, hex. */
  sha256: string;
  bytes: number;
  manifest: unknown;
  createdAt: Date;
  /** What came of the last time that a worker opened it. */
  checkedAt: Date | null;
  checkState: 'ok' | 'failed' | null;
  checkType: FailureType | null;
  checkDetail: string | null;
  checkMs: number | null;
  removedAt: Date | null;
}

/** What a model does: find boxes, or say which animal is in one. */
export const ROLES = ['detector', 'classifier'] as const;
export type Role = (typeof ROLES)[number];

export const roleOf = ({ family }: Pick<ModelRow, 'family'>): Role =>
  family === 'classifier' ? 'classifier' : 'detector';

/** A classifier of whole pictures, which does without a detector where there is none. */
export const looksAlone = ({ family, manifest }: Pick<ModelRow, 'family' | 'manifest'>): boolean =>
  family === 'classifier' && (manifest as { whole_pictures?: unknown }).whole_pictures === true;

export interface ListedModel extends ModelRow {
  classes: { label: string; threshold: number }[];
  /** It looks at the pictures of all tenants that have no model of their own for what it does. */
  active: boolean;
  /** Tenants whose own model it is. */
  tenants: string[];
  /** Pictures that it has looked at. */
  pictures: number;
}

export interface NewModel {
  name: string;
  version: string;
  family: string;
  sha256: string;
  bytes: number;
  manifest: object;
  /** In the order of the model's classes. */
  classes: readonly string[];
  /** The score from which boxes are shown. */
  threshold: number;
}

const columns = (sql: Sql) => sql`
  m.id, m.name, m.version, m.family, encode(m.sha256, 'hex') as sha256, m.bytes, m.manifest, m.created_at as "createdAt",
  m.checked_at as "checkedAt", m.check_state as "checkState", m.check_type as "checkType", m.check_detail as "checkDetail",
  m.check_ms::float8 as "checkMs", m.removed_at as "removedAt"`;

/** @returns its id; `null`: the name and version, or the same file, was added before */
export async function addModel(tx: Sql, model: NewModel): Promise<number | null> {
  const [row] = await tx<{ id: number }[]>`
    insert into models (name, version, family, sha256, bytes, manifest)
    values (${model.name}, ${model.version}, ${model.family}, decode(${model.sha256}, 'hex'), ${model.bytes},
      ${tx.json(model.manifest as never)})
    on conflict do nothing returning id`;
  if (row === undefined) return null;
  await tx`
    insert into model_classes (model_id, class, label, threshold)
    select ${row.id}, t.ord - 1, t.label, ${model.threshold}
    from unnest(${model.classes as string[]}::text[]) with ordinality as t(label, ord)`;
  return row.id;
}

export async function findModel(sql: Sql, name: string, version: string): Promise<ModelRow | null> {
  const [row] = await sql<ModelRow[]>`
    select ${columns(sql)} from models m
    where m.name = ${name} and m.version = ${version} and m.removed_at is null`;
  return row ?? null;
}

export async function readModel(sql: Sql, id: number): Promise<ModelRow | null> {
  const [row] = await sql<ModelRow[]>`select ${columns(sql)} from models m where m.id = ${id}`;
  return row ?? null;
}

/** Models in use, whatever they do. */
const uses = (sql: Sql) => sql`(select tenant_id, model_id from active_detectors
  union all select tenant_id, model_id from active_classifiers) u`;

/** @param id of one that may be removed; absent: all that are not */
export async function listModels(sql: Sql, id: number | null = null): Promise<ListedModel[]> {
  return sql<ListedModel[]>`
    select ${columns(sql)},
      (select coalesce(jsonb_agg(jsonb_build_object('label', c.label, 'threshold', round(c.threshold::numeric, 4)) order by c.class), '[]')
        from model_classes c where c.model_id = m.id) as classes,
      exists (select from ${uses(sql)} where u.model_id = m.id and u.tenant_id is null) as active,
      array(select t.name from ${uses(sql)} join tenants t on t.id = u.tenant_id where u.model_id = m.id order by 1) as tenants,
      (select count(*) from detection_runs r where r.model_id = m.id and r.state = 'done')
        + (select count(*) from classification_runs c where c.model_id = m.id and c.state = 'done' and c.boxes > 0) as pictures
    from models m where ${id === null ? sql`m.removed_at is null` : sql`m.id = ${id}`} order by m.name, m.created_at`;
}

const tableOf = (sql: Sql, role: Role) =>
  sql(role === 'detector' ? 'active_detectors' : 'active_classifiers');

/** The model that does something for a tenant. */
export async function modelInUse(sql: Sql, tenantId: string, role: Role): Promise<ModelRow | null> {
  const [row] = await sql<ModelRow[]>`
    select ${columns(sql)} from ${tableOf(sql, role)} d join models m on m.id = d.model_id and m.removed_at is null
    where d.tenant_id = ${tenantId} or d.tenant_id is null
    order by d.tenant_id nulls last limit 1`;
  return row ?? null;
}

export const detectorOf = (sql: Sql, tenantId: string): Promise<ModelRow | null> =>
  modelInUse(sql, tenantId, 'detector');

/** @param tenantId `null`: for all tenants that have none of their own; @param modelId `null`: none */
export async function setModel(
  tx: Sql,
  role: Role,
  tenantId: string | null,
  modelId: number | null,
): Promise<void> {
  const table = tableOf(tx, role);
  if (modelId === null) {
    await tx`delete from ${table} where tenant_id is not distinct from ${tenantId}`;
    return;
  }
  await tx`
    insert into ${table} as u (tenant_id, model_id) values (${tenantId}, ${modelId})
    on conflict (tenant_id) do update set model_id = excluded.model_id, since = now()
    where u.model_id <> excluded.model_id`;
}

/** Notes what came of opening a model. */
export async function recordCheck(
  sql: Sql,
  id: number,
  { failure, tookMs }: { failure: Failure | null; tookMs: number },
): Promise<void> {
  await sql`
    update models set checked_at = now(), check_state = ${failure === null ? 'ok' : 'failed'},
      check_type = ${failure?.type ?? null}, check_detail = ${failure === null ? null : storableShort(failure.message)},
      check_ms = ${tookMs}
    where id = ${id}`;
}

/** Takes a model out of use; boxes that it gave stay. */
export async function retireModel(tx: Sql, id: number): Promise<void> {
  await tx`delete from active_detectors where model_id = ${id}`;
  await tx`delete from active_classifiers where model_id = ${id}`;
  await tx`update models set removed_at = now() where id = ${id}`;
}
