import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { clearLeftovers } from '../embedded/leftover.ts';
import { choosePorts } from '../embedded/ports.ts';
import { databaseUrl } from '../embedded/runningStack.ts';
import { readStack, remember, writeStack } from '../embedded/stackFile.ts';
import { ensureTemporalBinary } from '../setup/temporalBinary.js';
import type { BannerLine } from './banner.ts';
import { postgresPart, temporalPart } from './embeddedParts.ts';
import { nodeParts, runMigrations } from './nodeParts.ts';
import type { DevSettings } from './settings.ts';
import { beginTogether, type Groups } from './supervise.ts';

export interface StartContext {
  readonly settings: DevSettings;
  readonly url: string;
  readonly port: number;
  /** Every part is entered here before it starts, so that whoever stops finds it. */
  readonly groups: Groups;
  /** Looked at before each part is started. */
  readonly stop: AbortSignal;
  readonly log: (line: string) => void;
}

/** Starts everything; each part once what it needs answers. @returns what is behind the address, for the banner */
export async function startAll(context: StartContext): Promise<BannerLine[]> {
  const { settings, url, port, groups, stop, log } = context;
  const { dataDir, cacheDir } = settings;
  const logsDir = path.join(dataDir, 'logs');
  await mkdir(logsDir, { recursive: true, mode: 0o700 });

  const stack = await readStack(dataDir);
  await clearLeftovers(stack, log);
  const ports = await choosePorts(['postgres', 'temporal', 'temporalUi'], stack.ports);
  stack.ports = ports;
  stack.processes = {};
  await writeStack(dataDir, stack);
  let written = Promise.resolve();
  const onStarted = (name: string, pid: number): void => {
    const known = remember(pid);
    if (known === null) return;
    stack.processes[name] = known;
    // A file that cannot be written costs the memory of a process id, nothing more.
    written = written.then(() => writeStack(dataDir, stack)).catch(() => {});
  };
  const embedded = { settings, logsDir, stack, log, onStarted };

  async function startDatabase(): Promise<string> {
    if (settings.databaseUrl !== null) return settings.databaseUrl;
    log('Starting Postgres…');
    const part = postgresPart(embedded, ports.postgres);
    groups.postgres.push(part);
    await beginTogether([part]);
    return databaseUrl(ports.postgres, stack.password);
  }

  async function startWorkflowServer(): Promise<{ address: string; uiUrl: string | null }> {
    if (settings.temporalAddress !== null) {
      return { address: settings.temporalAddress, uiUrl: settings.temporalUiUrl };
    }
    const binary = await ensureTemporalBinary({ cacheDir, log, signal: stop });
    stop.throwIfAborted();
    log('Starting Temporal…');
    const part = temporalPart(embedded, { port: ports.temporal, uiPort: ports.temporalUi }, binary);
    groups.temporal.push(part);
    await beginTogether([part]);
    return { address: `127.0.0.1:${ports.temporal}`, uiUrl: `http://127.0.0.1:${ports.temporalUi}` };
  }

  stop.throwIfAborted();
  const [database, temporal] = await both(startDatabase(), startWorkflowServer());
  stop.throwIfAborted();

  const env = {
    ...settings.env,
    HOST: settings.host,
    PORT: String(port),
    DATABASE_URL: database,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: settings.temporalNamespace,
    TEMPORAL_UI_URL: temporal.uiUrl ?? '',
    TRIBUTARY_DATA: dataDir,
    TRIBUTARY_CACHE: cacheDir,
  };
  log('Bringing the database schema up to date…');
  await runMigrations(settings.commands.migrate, env, logsDir, stop);

  log('Starting the API and the workers…');
  const { api, workers } = nodeParts({ settings, url, logsDir, env, log, onStarted });
  groups.api.push(api);
  groups.workers.push(...workers);
  await beginTogether([api, ...workers]);
  await written;

  return [
    { label: 'Web pages', value: url },
    { label: 'API', value: `${url}/api/v1, reference at ${url}/docs` },
    { label: 'Workflows', value: temporal.uiUrl ?? `Temporal at ${temporal.address}` },
    {
      label: 'Database',
      value: settings.databaseUrl === null ? `embedded, port ${ports.postgres}` : 'the one in DATABASE_URL',
    },
    { label: 'Data', value: `${dataDir} (logs in ${path.relative(dataDir, logsDir)}/)` },
    ...settings.notes,
  ];
}

/** Both results; when one fails, its failure, but only once the other has come to its end as well. */
async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}
