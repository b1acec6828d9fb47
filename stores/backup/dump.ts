import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import postgres from 'postgres';
import type { Sql } from '../postgres/database.ts';
import {
  BackupError,
  MANIFEST_FILE,
  type Manifest,
  OBJECTS_FILE,
  TABLES_DIR,
  type Table,
} from './manifest.ts';
import { promisedObjects } from './promised.ts';
import { writeLines } from './summing.ts';
import { BIGINT, quoted, type Shape, schemaOf, sequencesOf, tablesOf } from './tables.ts';

const PAGE = 500;

/**
 * One JSON array of texts a row, each value as its type prints it, which is what its type reads: nothing is lost on the
 * way. Not by COPY: postgres.js pauses its socket when a reader is slow, and nobody wakes it when that was the last of
 * the rows, so the next statement waits for ever.
 */
async function dumpTable(tx: Sql, { name, columns }: Shape, dir: string): Promise<Table> {
  let rows = 0;
  async function* lines(): AsyncGenerator<string> {
    const values = columns.map((column) => `${quoted(column)}::text`);
    const pages = tx
      .unsafe<{ line: string }[]>(
        `select to_json(array[${values}]::text[])::text as line from ${quoted(name)}`,
      )
      .cursor(PAGE);
    for await (const page of pages) {
      for (const { line } of page) {
        rows += 1;
        yield line;
      }
    }
  }
  const sum = await writeLines(lines(), path.join(dir, TABLES_DIR, `${name}.jsonl`));
  return { name, columns, rows, ...sum };
}

async function listObjects(tx: Sql, dir: string): Promise<Omit<Manifest['objects'], 'included'>> {
  let count = 0;
  let totalBytes = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const object of promisedObjects(tx)) {
      count += 1;
      totalBytes += object.bytes;
      yield JSON.stringify(object);
    }
  }
  const sum = await writeLines(lines(), path.join(dir, OBJECTS_FILE));
  return { ...sum, count, totalBytes };
}

/**
 * Writes every row into a directory, as of one moment: one transaction sees one snapshot, however long it takes and
 * whatever is imported meanwhile. Beside the rows lies a list of the objects that they promise.
 *
 * @returns what {@link writeManifest} is to write once everything is there
 * @throws BackupError for a database without a schema
 */
export async function dumpRows(url: string, dir: string): Promise<Manifest> {
  await mkdir(path.join(dir, TABLES_DIR), { recursive: true, mode: 0o700 });
  const pool = postgres(url, {
    max: 1,
    onnotice: () => {},
    types: { bigint: BIGINT },
    // What values look like as text must not hang on the server's settings.
    connection: {
      application_name: 'tributary-backup',
      TimeZone: 'UTC',
      DateStyle: 'ISO',
      IntervalStyle: 'iso_8601',
      bytea_output: 'hex',
      extra_float_digits: '1',
    },
  });
  try {
    return (await pool.begin('isolation level repeatable read read only', async (tx) => {
      const schema = await schemaOf(tx);
      const [now] = await tx<{ at: Date; server: string }[]>`
        select now() as at, current_setting('server_version') as server`;
      if (schema === null || now === undefined)
        throw new BackupError('There is nothing to back up: this database has no schema of Tributary.');
      const tables: Table[] = [];
      for (const shape of await tablesOf(tx)) tables.push(await dumpTable(tx, shape, dir));
      return {
        format: 1,
        takenAt: now.at.toISOString(),
        postgres: now.server,
        schema,
        tables,
        sequences: await sequencesOf(tx),
        objects: { ...(await listObjects(tx, dir)), included: false },
      } satisfies Manifest;
    })) as Manifest;
  } finally {
    await pool.end({ timeout: 5 });
  }
}

/** Last of all: from here on the directory is a backup. */
export async function writeManifest(dir: string, manifest: Manifest): Promise<void> {
  await writeFile(path.join(dir, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`, {
    flush: true,
    flag: 'wx',
    mode: 0o600,
  });
}
