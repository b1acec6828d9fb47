import { FIRST_OWN_VERSION, MAX_EAGER, MAX_PRESETS, type Preset } from '../domain/presets.ts';
import type { Sql } from './postgres/database.ts';

export interface PresetRow extends Preset {
  /** Whether every tenant has it. */
  builtIn: boolean;
  createdAt: Date;
}

export type Definition = Omit<Preset, 'name' | 'version'>;

interface Stored {
  name: string;
  version: number;
  definition: Definition;
  builtIn: boolean;
  createdAt: Date;
}

const columns = (sql: Sql) => sql`
  p.name, p.version, p.definition, p.tenant_id is null as "builtIn", p.created_at as "createdAt"`;

const flat = ({ definition, ...row }: Stored): PresetRow => ({ ...definition, ...row });

/** What is in use for a tenant: its own, and what is built in under other names. */
export async function presetsOf(sql: Sql, tenantId: string): Promise<PresetRow[]> {
  const rows = await sql<Stored[]>`
    select distinct on (p.name) ${columns(sql)} from presets p
    where (p.tenant_id = ${tenantId} or p.tenant_id is null) and p.retired_at is null
    order by p.name, p.tenant_id nulls last`;
  return rows.map(flat);
}

/** What pictures of each tenant are rendered to when they come in, and when that was so. */
export async function eagerPresets(
  sql: Sql,
  tenantIds: readonly string[],
): Promise<{ asOf: Date; of: Map<string, PresetRow[]> }> {
  const [moment] = await sql<{ asOf: Date }[]>`select now() as "asOf"`;
  if (moment === undefined) throw new Error('The database has no time.');
  const of = new Map<string, PresetRow[]>();
  for (const tenantId of new Set(tenantIds)) {
    of.set(
      tenantId,
      (await presetsOf(sql, tenantId)).filter(({ eager }) => eager),
    );
  }
  return { ...moment, of };
}

/** One preset as a tenant sees it. */
export async function findPreset(sql: Sql, tenantId: string, name: string): Promise<PresetRow | null> {
  const [row] = await sql<Stored[]>`
    select ${columns(sql)} from presets p
    where p.name = ${name} and (p.tenant_id = ${tenantId} or p.tenant_id is null) and p.retired_at is null
    order by p.tenant_id nulls last limit 1`;
  return row === undefined ? null : flat(row);
}

export type PutEnd = PresetRow | 'exists' | 'missing' | 'too many' | 'too many eager';

/** Keeps two changes of the same tenant apart. */
export async function lockPresets(tx: Sql, tenantId: string): Promise<void> {
  await tx`select from tenants where id = ${tenantId} for no key update`;
}

/**
 * Gives a tenant's preset a new version, which is its first one for `create`. The version before it is retired.
 * @param tx also keeps two changes of the same tenant apart
 */
export async function putPreset(
  tx: Sql,
  tenantId: string,
  name: string,
  definition: Definition,
  mode: 'create' | 'change',
): Promise<PutEnd> {
  await lockPresets(tx, tenantId);
  const own = await tx<{ name: string; eager: boolean }[]>`
    select name, (definition->>'eager')::boolean as eager from presets
    where tenant_id = ${tenantId} and retired_at is null`;
  const exists = own.some((preset) => preset.name === name);
  if (exists !== (mode === 'change')) return exists ? 'exists' : 'missing';
  if (!exists && own.length >= MAX_PRESETS) return 'too many';
  const others = own.filter((preset) => preset.eager && preset.name !== name).length;
  if (definition.eager && others >= MAX_EAGER) return 'too many eager';
  await retirePreset(tx, tenantId, name);
  const [row] = await tx<Stored[]>`
    insert into presets as p (tenant_id, name, version, definition)
    select ${tenantId}, ${name}, coalesce(max(version) + 1, ${FIRST_OWN_VERSION}), ${tx.json({ ...definition, focus: { ...definition.focus } })}
    from presets where tenant_id = ${tenantId} and name = ${name}
    returning ${columns(tx)}`;
  if (row === undefined) throw new Error('The insert of a preset returned no row.');
  return flat(row);
}

/** @returns whether the tenant had it */
export async function retirePreset(sql: Sql, tenantId: string, name: string): Promise<boolean> {
  const rows = await sql`
    update presets set retired_at = now()
    where tenant_id = ${tenantId} and name = ${name} and retired_at is null returning id`;
  return rows.length > 0;
}
