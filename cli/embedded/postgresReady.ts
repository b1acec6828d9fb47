import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import type { Leashed } from './leashed.ts';
import { readFrom } from './logExcerpt.ts';

export interface PostgresLogin {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** The server runs and refuses the password. */
export class WrongPassword extends Error {
  override readonly name = 'WrongPassword';
}

const INVALID_PASSWORD = '28P01';

/** One short connection to the maintenance database. */
async function ask<T>(login: PostgresLogin, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres({
    ...login,
    host: '127.0.0.1',
    database: 'postgres',
    max: 1,
    connect_timeout: 5,
    backoff: () => 0.05,
    onnotice: () => {},
    // Otherwise PGHOST and its like in our environment would have a say.
    connection: { application_name: 'tributary-start' },
  });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Postgres ended, or did not answer, and `told` is what it wrote. */
export class PostgresNotReady extends Error {
  override readonly name = 'PostgresNotReady';
  readonly told: string;

  constructor(what: string, logFile: string, told: string) {
    super(`${what}. See ${logFile}:\n${told}`);
    this.told = told;
  }
}

/**
 * Resolves once a query is answered.
 * @param logStart where the output of this very start begins in `logFile`
 * @throws WrongPassword; PostgresNotReady when the server ends or the deadline passes
 */
export async function whenPostgresAnswers(
  login: PostgresLogin,
  clusterDir: string,
  server: Leashed,
  deadline: number,
  logFile: string,
  logStart: number,
): Promise<void> {
  let ended = false;
  void server.exited.then(() => {
    ended = true;
  });
  for (;;) {
    let refused = false;
    try {
      const [answer] = await ask(
        login,
        (sql) => sql<{ dir: string }[]>`select current_setting('data_directory') as dir`,
      );
      // Another Postgres on the port may know the password, too.
      if (answer?.dir === clusterDir && !ended) return;
    } catch (error) {
      refused = (error as { code?: string }).code === INVALID_PASSWORD;
    }
    await sleep(25);
    // Asked in this order: the one who refused may be a stranger on the port that ours could not have.
    if (ended || Date.now() > deadline) {
      const what = ended ? 'Postgres ended while starting' : 'Postgres does not answer';
      throw new PostgresNotReady(what, logFile, await readFrom(logFile, logStart));
    }
    if (refused) throw new WrongPassword('Postgres refuses the password.');
  }
}

export async function ensureDatabase(login: PostgresLogin, name: string): Promise<void> {
  await ask(login, async (sql) => {
    const [found] = await sql`select 1 from pg_database where datname = ${name}`;
    if (found === undefined) await sql`create database ${sql(name)}`;
  });
}
