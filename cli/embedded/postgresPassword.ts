import { spawn } from 'node:child_process';
import type { Account } from './postgresAccount.ts';
import type { PostgresBinaries } from './postgresBinaries.ts';
import { POSTGRES_ENV, SUPERUSER } from './postgresCluster.ts';

/**
 * Gives the superuser a password without knowing the old one, in Postgres's single-user mode. The server must
 * not run. The statement goes through standard input: arguments are public.
 */
export async function setPassword(options: {
  clusterDir: string;
  account: Account;
  binaries: PostgresBinaries;
  password: string;
}): Promise<void> {
  const { clusterDir, account, binaries, password } = options;
  const { command, args, ...ids } = account.wrap(binaries.postgres, [
    '--single',
    '-D',
    clusterDir,
    'postgres',
  ]);
  await new Promise<void>((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: '/',
      env: POSTGRES_ENV,
      stdio: ['pipe', 'ignore', 'ignore'],
      ...ids,
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`Postgres could not set a new password (code ${code}).`)),
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(`alter role ${SUPERUSER} password '${password.replaceAll("'", "''")}'\n`);
  });
}
