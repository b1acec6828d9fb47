import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { choosePorts } from '../../cli/embedded/ports.ts';
import { type RunningPostgres, startPostgres } from '../../cli/embedded/postgres.ts';
import { migrate } from '../../stores/postgres/migrate.ts';

/** A Postgres of one test, which may stop it as hard as it likes. */
export interface PrivatePostgres {
  url: string;
  /** Immediate shutdown, as after a power cut: sessions are cut off, the next start recovers from the log. */
  crash(): Promise<void>;
  /** Resolves when it takes queries again. */
  start(): Promise<void>;
  /** Whether it has not ended by itself. */
  isRunning(): boolean;
  /** Ends it and removes its files. */
  remove(): Promise<void>;
}

/**
 * A durable one: what it acknowledged must outlive a crash.
 * @param below where its files are
 */
export async function startPrivatePostgres(below = tmpdir()): Promise<PrivatePostgres> {
  const dir = await mkdtemp(path.join(below, 'tributary-fault-postgres-'));
  const { port } = await choosePorts(['port']);
  const password = randomBytes(16).toString('hex');
  const start = (): Promise<RunningPostgres> =>
    startPostgres({
      dataDir: path.join(dir, 'cluster'),
      port,
      password,
      logFile: path.join(dir, 'postgres.log'),
      log: () => {},
      removeWhenOrphaned: [dir],
    });
  let ended: RunningPostgres | null = null;
  const watched = async (): Promise<RunningPostgres> => {
    const started = await start();
    void started.exited.then(() => {
      ended = started;
    });
    return started;
  };
  let server = await watched();
  await migrate(server.url);
  return {
    url: server.url,
    crash: () => server.stop('hurry'),
    isRunning: () => ended !== server,
    async start() {
      server = await watched();
    },
    async remove() {
      await server.stop('hurry');
      await rm(dir, { recursive: true, force: true });
    },
  };
}
