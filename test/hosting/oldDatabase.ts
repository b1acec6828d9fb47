import postgres from 'postgres';
import { migrate } from '../../stores/postgres/migrate.ts';
import { createTestDatabase, type TestDatabase } from './stack.ts';

interface Column {
  table: string;
  column: string;
}

const COLUMNS = `select table_name as "table", column_name as "column" from information_schema.columns
  join information_schema.tables t using (table_schema, table_name)
  where table_schema = 'public' and t.table_type = 'BASE TABLE' and is_generated = 'NEVER'
    and table_name <> 'schema_version'`;

/** What every row had then, and has no more. */
const FILLED: Readonly<Record<string, string>> = {
  'assets.md5': `coalesce(md5, decode(md5(uid::text), 'hex'))`,
};

const quoted = (name: string): string => `"${name}"`;

function byTable(columns: readonly Column[]): Map<string, string[]> {
  const tables = new Map<string, string[]>();
  for (const { table, column } of columns) tables.set(table, [...(tables.get(table) ?? []), column]);
  return tables;
}

/**
 * A database as an installation of long ago would have it: the schema of that time, made by the migrations of that time,
 * with the rows of `from` in it, as far as there were such tables and columns.
 * @param version the last migration that there was
 */
export async function createOldDatabase(from: string, version: number): Promise<TestDatabase> {
  const database = await createTestDatabase();
  await migrate(database.url, version);
  const source = postgres(from, { max: 1, onnotice: () => {} });
  const target = postgres(database.url, { max: 1, onnotice: () => {} });
  try {
    const now = byTable(await source.unsafe<Column[]>(COLUMNS));
    const then = byTable(await target.unsafe<Column[]>(COLUMNS));
    await target.begin(async (tx) => {
      // As a dump is read: rows come in any order, and nothing happens because of them.
      await tx`set local session_replication_role = replica`;
      for (const [table, columns] of then) {
        const known = new Set(now.get(table) ?? []);
        const kept = columns.filter((column) => known.has(column));
        const list = kept.map(quoted).join(', ');
        const values = kept.map((column) => FILLED[`${table}.${column}`] ?? quoted(column)).join(', ');
        await tx.unsafe(`delete from ${quoted(table)}`);
        if (list === '') continue;
        const [rows] = await source.unsafe<{ all: string | null }[]>(
          `select json_agg(t)::text as all from (select ${list} from ${quoted(table)}) t`,
        );
        if (rows?.all == null) continue;
        await tx.unsafe(
          `insert into ${quoted(table)} (${list}) overriding system value
           select ${values} from json_populate_recordset(null::${quoted(table)}, $1::text::json)`,
          [rows.all],
        );
      }
      const identities = await tx.unsafe<Column[]>(`${COLUMNS} and is_identity = 'YES'`);
      for (const { table, column } of identities)
        await tx.unsafe(
          `select setval(pg_get_serial_sequence('${quoted(table)}', '${column}'),
             coalesce((select max(${quoted(column)}) from ${quoted(table)}), 1))`,
        );
    });
    return database;
  } finally {
    await source.end();
    await target.end();
  }
}
