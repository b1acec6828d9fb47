import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { choosePorts } from '../../cli/embedded/ports.ts';
import { type RunningPostgres, startPostgres } from '../../cli/embedded/postgres.ts';
import { type RunningTemporal, startTemporal } from '../../cli/embedded/temporal.ts';
import { ensureTemporalBinary } from '../../cli/setup/temporalBinary.js';

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** Brings an empty database to the state that tests start from. Must close its connections. */
export type Migrate = (url: string) => Promise<unknown>;

/**
 * The real servers of a test run: one Postgres and one Temporal, each started when the first suite asks and
 * shared by all. Everything they write is in directories that go with them, whichever way the run ends.
 */
let postgresServer: Promise<Shared<RunningPostgres>> | undefined;
let temporalServer: Promise<Shared<RunningTemporal>> | undefined;
const templates = new Map<Migrate, Promise<string>>();

const cacheDir = (): string =>
  path.resolve(process.env['TRIBUTARY_CACHE'] || path.join(os.homedir(), '.cache', 'tributary'));

/** The Temporal CLI, got where there is none. */
export const testTemporalBinary = (): Promise<string> => ensureTemporalBinary({ cacheDir: cacheDir() });

interface Shared<S> {
  server: S;
  dir: string;
}

/** Starts a server in a directory of its own; nothing of it stays when that fails. */
async function startIn<S>(
  name: string,
  start: (dir: string, port: number) => Promise<S>,
): Promise<Shared<S>> {
  const dir = await mkdtemp(path.join(os.tmpdir(), `tributary-${name}-`));
  try {
    const { port } = await choosePorts(['port']);
    return { server: await start(dir, port), dir };
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

function sharedPostgres(): Promise<Shared<RunningPostgres>> {
  postgresServer ??= startIn('postgres', (dir, port) =>
    startPostgres({
      dataDir: path.join(dir, 'cluster'),
      port,
      password: randomBytes(16).toString('hex'),
      logFile: path.join(dir, 'postgres.log'),
      log: () => {},
      durable: false,
      removeWhenOrphaned: [dir],
    }),
  );
  return postgresServer;
}

function sharedTemporal(): Promise<Shared<RunningTemporal>> {
  temporalServer ??= testTemporalBinary().then((binary) =>
    startIn('temporal', (dir, port) =>
      startTemporal({
        binary,
        dbFile: null,
        port,
        uiPort: null,
        namespace: 'default',
        logFile: path.join(dir, 'temporal.log'),
        removeWhenOrphaned: [dir],
      }),
    ),
  );
  return temporalServer;
}

/** Runs one statement as the owner of the server. */
async function administer(url: string, work: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

const withDatabase = (url: string, name: string): string => {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
};

async function createFrom(template: string | null): Promise<TestDatabase> {
  const { server } = await sharedPostgres();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(server.url, (sql) =>
    template === null
      ? sql`create database ${sql(name)}`
      : sql`create database ${sql(name)} template ${sql(template)}`,
  );
  return {
    url: withDatabase(server.url, name),
    drop: () => administer(server.url, (sql) => sql`drop database if exists ${sql(name)} with (force)`),
  };
}

/** A database of its own for a suite. With `migrate`, a copy of one that was migrated once for the whole run. */
export async function createTestDatabase(migrate?: Migrate): Promise<TestDatabase> {
  if (migrate === undefined) return createFrom(null);
  let template = templates.get(migrate);
  if (template === undefined) {
    template = createFrom(null).then(async ({ url }) => {
      await migrate(url);
      return new URL(url).pathname.slice(1);
    });
    templates.set(migrate, template);
  }
  return createFrom(await template);
}

/** `host:port` of a real Temporal: the one of TEMPORAL_ADDRESS, or one in memory. */
export async function temporalAddress(): Promise<string> {
  return process.env['TEMPORAL_ADDRESS'] || (await sharedTemporal()).server.address;
}

/** What the shared Postgres has logged so far. */
export async function postgresLog(): Promise<string> {
  return readFile(path.join((await sharedPostgres()).dir, 'postgres.log'), 'utf8');
}

/** Stops what was started. */
export async function stopStack(): Promise<void> {
  const started = [postgresServer, temporalServer];
  postgresServer = undefined;
  temporalServer = undefined;
  templates.clear();
  for (const starting of started) {
    const running = await starting?.catch(() => undefined);
    if (running === undefined) continue;
    await running.server.stop('hurry');
    await rm(running.dir, { recursive: true, force: true });
  }
}
