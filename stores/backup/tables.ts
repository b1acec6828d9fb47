import type { Sql } from '../postgres/database.ts';

/** Kept by the migrations themselves. */
const VERSIONS = 'schema_version';

/** As everywhere else: ids and byte counts stay far below 2^53. */
export const BIGINT = { to: 20, from: [20], serialize: String, parse: Number };

/** A name for a statement that takes no parameters. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export interface Shape {
  name: string;
  /** Without generated ones. */
  columns: string[];
  /** Of each column, as a statement names it. */
  types: string[];
}

/** Every table, in the order of their names. */
export async function tablesOf(sql: Sql): Promise<Shape[]> {
  return sql<Shape[]>`
    select c.relname::text as name, array_agg(a.attname::text order by a.attnum) as columns,
      array_agg(format_type(a.atttypid, a.atttypmod) order by a.attnum) as types
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relname <> ${VERSIONS}
    group by c.relname order by c.relname`;
}

/** Sequences that were used, and the last value that they gave. They run ahead of any snapshot, which does no harm. */
export async function sequencesOf(sql: Sql): Promise<{ name: string; value: number }[]> {
  return sql<{ name: string; value: number }[]>`
    select sequencename::text as name, last_value as value from pg_sequences
    where schemaname = current_schema() and last_value is not null order by 1`;
}

/** References between tables, as statements. Tables refer to each other in circles, so no order of loading satisfies them. */
export async function referencesOf(sql: Sql): Promise<{ drop: string; add: string }[]> {
  return sql<{ drop: string; add: string }[]>`
    select format('alter table %I drop constraint %I', c.relname, k.conname) as drop,
      format('alter table %I add constraint %I %s', c.relname, k.conname, pg_get_constraintdef(k.oid)) as add
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where k.contype = 'f' and c.relnamespace = current_schema()::regnamespace order by c.relname, k.conname`;
}

/** @returns the last migration; `null`: there is no schema */
export async function schemaOf(sql: Sql): Promise<number | null> {
  const [there] = await sql<{ there: boolean }[]>`select to_regclass(${VERSIONS}) is not null as there`;
  if (!there?.there) return null;
  const [row] = await sql<{ version: number | null }[]>`
    select max(version)::int as version from schema_version`;
  return row?.version ?? null;
}
