import { readdir } from 'node:fs/promises';
import path from 'node:path';
import postgres from 'postgres';
import type { Config } from '../../config.ts';
import { type Answer, type Finding, fail, look, ok, skip, warn } from './finding.ts';

const MIGRATIONS = path.join(import.meta.dirname, '../../stores/migrations');
/** `server_version_num` of Postgres 15. */
const OLDEST = 150_000;
/** Signatures and leases are judged by clocks of two machines. */
const CLOCK_WARN_MS = 2_000;
const CLOCK_FAIL_MS = 30_000;

type Sql = postgres.Sql;

async function version(sql: Sql): Promise<Answer> {
  const [row] = await sql<{ number: number; text: string }[]>`
    select current_setting('server_version_num')::int as number, current_setting('server_version') as text`;
  if (row === undefined) return fail('no version', 'Is DATABASE_URL a Postgres?');
  return row.number >= OLDEST
    ? ok(`Postgres ${row.text}`)
    : fail(`Postgres ${row.text} is too old`, 'Use Postgres 15 or newer; 18 is what the tests run.');
}

async function migrations(sql: Sql): Promise<Answer> {
  const files = (await readdir(MIGRATIONS)).filter((name) => /^\d+\.do\..+\.sql$/.test(name));
  const newest = Math.max(...files.map((name) => Number.parseInt(name, 10)));
  const [there] = await sql<{ there: boolean }[]>`select to_regclass('schema_version') is not null as there`;
  if (!there?.there) return fail('there is no schema yet', 'Run: tributary migrate');
  const [row] = await sql<{ version: number }[]>`select max(version)::int as version from schema_version`;
  const applied = row?.version ?? 0;
  if (applied < newest)
    return fail(`the schema is at ${applied}, this release needs ${newest}`, 'Run: tributary migrate');
  if (applied > newest)
    return fail(
      `the schema is at ${applied}, newer than this release (${newest})`,
      'Run the newer release, or restore a backup that is as old as this one.',
    );
  return ok(`schema ${applied}`);
}

async function clock(sql: Sql): Promise<Answer> {
  const before = Date.now();
  const [row] = await sql<
    { now: number }[]
  >`select extract(epoch from clock_timestamp())::float8 * 1000 as now`;
  const after = Date.now();
  // Half of the way there and back is not the clock's fault, nor is what cannot be told from it.
  const apart = Math.abs((row?.now ?? 0) - (before + after) / 2) - (after - before) / 2;
  const told = `${(Math.max(0, apart) / 1_000).toFixed(1)} s apart`;
  const mend = 'Let both machines set their clocks by NTP.';
  if (apart > CLOCK_FAIL_MS) return fail(told, mend);
  return apart > CLOCK_WARN_MS ? warn(told, mend) : ok(told);
}

async function wall(sql: Sql, required: boolean): Promise<Answer> {
  const [row] = await sql<{ member: boolean }[]>`
    select exists (select from pg_roles where rolname = 'tributary_tenant'
      and pg_has_role(current_user, oid, 'member')) as member`;
  if (row?.member) return ok('tenants are kept apart by a role of their own');
  const mend =
    'Let an administrator of the database run "create role tributary_tenant nologin" and "grant tributary_tenant to" ' +
    'the user of DATABASE_URL; then run tributary migrate.';
  const detail = 'the user of DATABASE_URL may not take on the role tributary_tenant';
  return required ? fail(detail, mend) : warn(detail, mend);
}

const NAMES = ['database version', 'database schema', 'clocks', 'walls between tenants'] as const;

/** Everything about the database. What comes after the connection is skipped where there is none. */
export async function lookAtDatabase(config: Config): Promise<Finding[]> {
  const { url } = config.database;
  if (url === null) {
    const detail = 'DATABASE_URL is not set and no Tributary runs on this data directory';
    return [
      { check: 'database', ...fail(detail, 'Set DATABASE_URL, or run "npm start", which brings its own.') },
    ];
  }
  const sql = postgres(url, { max: 1, connect_timeout: 8, onnotice: () => {}, idle_timeout: 5 });
  try {
    const { host, pathname } = new URL(url);
    const mend = 'Is it running, and are host, port, name, user and password of DATABASE_URL right?';
    const reached = await look('database', mend, async () => {
      await sql`select 1`;
      return ok(`${host}${pathname} answers`);
    });
    if (reached.verdict !== 'ok')
      return [reached, ...NAMES.map((check) => ({ check, ...skip('the database does not answer') }))];
    return [
      reached,
      await look(NAMES[0], mend, () => version(sql)),
      await look(NAMES[1], 'Run: tributary migrate', () => migrations(sql)),
      await look(NAMES[2], mend, () => clock(sql)),
      await look(NAMES[3], mend, () => wall(sql, config.access.required)),
    ];
  } finally {
    await sql.end({ timeout: 2 }).catch(() => {});
  }
}
