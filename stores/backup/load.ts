import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import postgres from 'postgres';
import type { Sql } from '../postgres/database.ts';
import { migrate } from '../postgres/migrate.ts';
import { BackupError, type Manifest, TABLES_DIR, type Table } from './manifest.ts';
import { checkSummed } from './summing.ts';
import { BIGINT, quoted, referencesOf, type Shape, schemaOf, tablesOf } from './tables.ts';

/** Characters of rows that one statement takes along. */
const BATCH = 1 << 20;

/** Tables that a schema without anybody's data has rows in. */
const SEEDED = ['tenants', 'tenant_usage', 'presets', 'feed_head', 'rule_progress', 'request_budgets'];

const fileOf = (dir: string, { name }: Pick<Table, 'name'>): string =>
  path.join(dir, TABLES_DIR, `${name}.jsonl`);

/** @throws BackupError for a backup that is not what was written */
export async function checkTables(dir: string, manifest: Manifest): Promise<void> {
  for (const table of manifest.tables) await checkSummed(fileOf(dir, table), table);
}

async function loadTable(tx: Sql, dir: string, table: Table, shape: Shape): Promise<void> {
  const types = new Map(shape.columns.map((column, index) => [column, shape.types[index]]));
  const values = table.columns.map((column, index) => {
    const type = types.get(column);
    if (type === undefined)
      throw new BackupError(`The backup has a column ${table.name}.${column} that its schema does not have.`);
    return `(line->>${index})::${type}`;
  });
  const statement =
    `insert into ${quoted(table.name)} (${table.columns.map(quoted)}) overriding system value ` +
    `select ${values} from jsonb_array_elements($1::text::jsonb) as lines(line)`;
  let batch: string[] = [];
  let size = 0;
  let rows = 0;
  const send = async (): Promise<void> => {
    if (batch.length > 0) await tx.unsafe(statement, [`[${batch.join(',')}]`]);
    batch = [];
    size = 0;
  };
  for await (const line of createInterface({
    input: createReadStream(fileOf(dir, table)),
    crlfDelay: Infinity,
  })) {
    batch.push(line);
    size += line.length;
    rows += 1;
    if (size >= BATCH) await send();
  }
  await send();
  if (rows !== table.rows) throw new BackupError(`${table.name} has ${rows} rows instead of ${table.rows}.`);
}

/** @throws BackupError when anybody's data is there */
async function refuseUnlessEmpty(sql: Sql, tables: readonly Shape[]): Promise<void> {
  for (const { name } of tables) {
    if (SEEDED.includes(name)) continue;
    const [held] = await sql.unsafe<{ some: boolean }[]>(
      `select exists (select from ${quoted(name)}) as some`,
    );
    if (held?.some !== false)
      throw new BackupError(
        `This database is in use: there are rows in ${name}. Restore into an empty database (create database …).`,
      );
  }
}

const connect = (url: string) =>
  postgres(url, {
    max: 1,
    onnotice: () => {},
    types: { bigint: BIGINT },
    connection: { application_name: 'tributary-restore', TimeZone: 'UTC', DateStyle: 'ISO' },
  });

/**
 * Brings an empty database to the schema that the rows of a backup are of.
 * @throws BackupError for a database that is in use, and for one whose schema is newer
 */
export async function prepareDatabase(url: string, manifest: Manifest): Promise<void> {
  const pool = connect(url);
  try {
    const found = await schemaOf(pool);
    if (found !== null && found > manifest.schema)
      throw new BackupError(
        `The schema of this database (${found}) is newer than that of the backup (${manifest.schema}). Restore into ` +
          'a database without a schema; what is missing is brought up to date afterwards.',
      );
    if (found !== null) await refuseUnlessEmpty(pool, await tablesOf(pool));
  } finally {
    await pool.end({ timeout: 5 });
  }
  await migrate(url, manifest.schema);
}

/**
 * Puts the rows of a backup into a database that {@link prepareDatabase} prepared, in one transaction: all of them, or
 * nothing. Then the migrations that came later bring them up to date.
 *
 * @throws BackupError for a database that is in use by now
 */
export async function loadRows(url: string, dir: string, manifest: Manifest): Promise<void> {
  const pool = connect(url);
  try {
    await pool.begin(async (tx) => {
      const shapes = await tablesOf(tx);
      await refuseUnlessEmpty(tx, shapes);
      const references = await referencesOf(tx);
      for (const { drop } of references) await tx.unsafe(drop);
      // They keep counts that are rows of the backup themselves, and an audit log that may not be emptied.
      for (const { name } of shapes) await tx.unsafe(`alter table ${quoted(name)} disable trigger user`);
      await tx.unsafe(`truncate ${shapes.map(({ name }) => quoted(name))}`);
      const known = new Map(shapes.map((shape) => [shape.name, shape]));
      for (const table of manifest.tables) {
        const shape = known.get(table.name);
        if (shape === undefined)
          throw new BackupError(`The backup has a table ${table.name} that its schema does not have.`);
        await loadTable(tx, dir, table, shape);
      }
      for (const { name, value } of manifest.sequences) await tx`select setval(${name}::regclass, ${value})`;
      for (const { name } of shapes) await tx.unsafe(`alter table ${quoted(name)} enable trigger user`);
      // Each one is checked against every row.
      for (const { add } of references) await tx.unsafe(add);
    });
    await pool`analyze`;
  } finally {
    await pool.end({ timeout: 5 });
  }
  await migrate(url);
}
