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
}

export interface ListedModel extends ModelRow {
  classes: { label: string; threshold: number }[];
  /** It looks at the pictures of all tenants that have no detector of their own. */
  active: boolean;
  /** Tenants whose own detector it is. */
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
  m.id, m.name, m.version, m.family, encode(m.sha256, 'hex') as sha256, m.bytes, m.manifest, m.created_at as "createdAt"`;

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

export async function listModels(sql: Sql): Promise<ListedModel[]> {
  return sql<ListedModel[]>`
    select ${columns(sql)},
      (select coalesce(jsonb_agg(jsonb_build_object('label', c.label, 'threshold', round(c.threshold::numeric, 4)) order by c.class), '[]')
        from model_classes c where c.model_id = m.id) as classes,
      exists (select from active_detectors d where d.model_id = m.id and d.tenant_id is null) as active,
      array(select t.name from active_detectors d join tenants t on t.id = d.tenant_id where d.model_id = m.id order by 1) as tenants,
      (select count(*) from detection_runs r where r.model_id = m.id and r.state = 'done') as pictures
    from models m where m.removed_at is null order by m.name, m.created_at`;
}

/** The detector that looks at a tenant's pictures. */
export async function detectorOf(sql: Sql, tenantId: string): Promise<ModelRow | null> {
  const [row] = await sql<ModelRow[]>`
    select ${columns(sql)} from active_detectors d join models m on m.id = d.model_id and m.removed_at is null
    where d.tenant_id = ${tenantId} or d.tenant_id is null
    order by d.tenant_id nulls last limit 1`;
  return row ?? null;
}

/** @param tenantId `null`: for all tenants that have none of their own; @param modelId `null`: none */
export async function setDetector(tx: Sql, tenantId: string | null, modelId: number | null): Promise<void> {
  if (modelId === null) {
    await tx`delete from active_detectors where tenant_id is not distinct from ${tenantId}`;
    return;
  }
  await tx`
    insert into active_detectors (tenant_id, model_id) values (${tenantId}, ${modelId})
    on conflict (tenant_id) do update set model_id = excluded.model_id, since = now()
    where active_detectors.model_id <> excluded.model_id`;
}

/** Takes a model out of use; boxes that it gave stay. */
export async function retireModel(tx: Sql, id: number): Promise<void> {
  await tx`delete from active_detectors where model_id = ${id}`;
  await tx`update models set removed_at = now() where id = ${id}`;
}
