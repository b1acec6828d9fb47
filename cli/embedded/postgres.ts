import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Leashed, startLeashed } from './leashed.ts';
import { sizeOf } from './logExcerpt.ts';
import { choosePostgresAccount } from './postgresAccount.ts';
import { findPostgresBinaries } from './postgresBinaries.ts';
import { ensureCluster, POSTGRES_ENV, SUPERUSER } from './postgresCluster.ts';
import { clearLeftover } from './postgresLeftover.ts';
import { setPassword } from './postgresPassword.ts';
import { ensureDatabase, PostgresNotReady, WrongPassword, whenPostgresAnswers } from './postgresReady.ts';
import { postgresSettings } from './postgresSettings.ts';
import { DATABASE, databaseUrl } from './runningStack.ts';

export interface PostgresOptions {
  /** The cluster itself. Its parent directories are made when missing. */
  readonly dataDir: string;
  /** On 127.0.0.1; must be free. */
  readonly port: number;
  readonly password: string;
  readonly logFile: string;
  readonly log: (line: string) => void;
  /** `false` trades the data's safety for speed; for tests. Default `true`. */
  readonly durable?: boolean;
  readonly database?: string;
  /** Directories to remove if this process dies without stopping the server; for tests. */
  readonly removeWhenOrphaned?: readonly string[];
}

export interface RunningPostgres extends Leashed {
  /** Of the database, password included: for the environment of children, never for a log or an argument list. */
  readonly url: string;
}

/** How long a start may take; recovery after a crash replays at most `max_wal_size`. */
const START_DEADLINE_MS = 120_000;
const MAX_ATTEMPTS = 5;
/** After `kill -9` of the postmaster its sessions take a moment to notice. */
const STILL_ENDING = /pre-existing shared memory block|lock file "postmaster\.pid" already exists/;

/**
 * Starts Postgres on loopback, with the programs that come with npm, and returns once `database` can be used.
 * After a crash or a kill it recovers: whatever was left behind is cleared first. As root it runs under
 * another user.
 *
 * @throws Error with what to do when it cannot start
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { password, port, log, logFile, durable = true, database = DATABASE } = options;
  const clusterDir = path.resolve(options.dataDir);
  const parentDir = path.dirname(clusterDir);
  await mkdir(parentDir, { recursive: true });
  await mkdir(path.dirname(logFile), { recursive: true });

  const binaries = await findPostgresBinaries();
  const account = await choosePostgresAccount(binaries, clusterDir, parentDir);
  await ensureCluster({ clusterDir, account, binaries, password, sync: durable });
  await clearLeftover(clusterDir, log);

  const start = (): Promise<Leashed> =>
    startLeashed({
      ...account.wrap(binaries.postgres, ['-D', clusterDir, ...postgresSettings(port, durable)]),
      env: POSTGRES_ENV,
      cwd: '/',
      logFile,
      // Fast shutdown: sessions are closed, everything is written. Then immediate: recovery on the next start.
      stop: [
        { signal: 'SIGINT', graceMs: 15_000 },
        { signal: 'SIGQUIT', graceMs: 5_000 },
      ],
      hurry: [{ signal: 'SIGQUIT', graceMs: 2_000 }],
      removeWhenOrphaned: options.removeWhenOrphaned ?? [],
    });

  const login = { port, user: SUPERUSER, password };
  const deadline = Date.now() + START_DEADLINE_MS;
  for (let attempt = 1; ; attempt += 1) {
    const logStart = await sizeOf(logFile);
    const server = await start();
    try {
      await whenPostgresAnswers(login, clusterDir, server, deadline, logFile, logStart);
      await ensureDatabase(login, database);
      return {
        ...server,
        url: databaseUrl(port, password, database),
      };
    } catch (error) {
      await server.stop();
      if (attempt === MAX_ATTEMPTS) throw error;
      if (error instanceof WrongPassword) {
        // The file with the password was lost or replaced. Whoever may write the cluster may set it anew.
        log('The database does not accept the password on file; setting it anew…');
        await setPassword({ clusterDir, account, binaries, password });
      } else if (error instanceof PostgresNotReady && STILL_ENDING.test(error.told)) {
        await sleep(attempt * 500);
      } else {
        throw error;
      }
    }
  }
}
