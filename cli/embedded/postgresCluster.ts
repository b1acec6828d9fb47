import { execFile } from 'node:child_process';
import { chown, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './postgresAccount.ts';
import type { PostgresBinaries } from './postgresBinaries.ts';

/** The whole environment of Postgres and its tools: nothing of ours leaks into the server. */
export const POSTGRES_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } as const;

export const SUPERUSER = 'tributary';

async function give(target: string, { uid, gid }: Account): Promise<void> {
  if (uid !== null && gid !== null) await chown(target, uid, gid);
}

/** A cluster copied by root belongs to root, and Postgres refuses one that is not its own. */
async function giveTree(dir: string, account: Account): Promise<void> {
  if (account.uid === null || (await stat(dir)).uid === account.uid) return;
  const entries = await readdir(dir, { recursive: true });
  for (const entry of entries) await give(path.join(dir, entry), account);
  await give(dir, account);
}

/**
 * Makes the cluster unless it is there. It is made beside its final place and moved there when complete, so
 * that a start that was cut off leaves nothing that looks like a database.
 *
 * Collation is by code point (Postgres's own C.UTF-8): the order of names is the same on every machine, and an
 * update of the system's library cannot corrupt an index.
 */
export async function ensureCluster(options: {
  clusterDir: string;
  account: Account;
  binaries: PostgresBinaries;
  password: string;
  /** Wait for the disk. Only tests may do without. */
  sync: boolean;
}): Promise<void> {
  const { clusterDir, account, binaries, password, sync } = options;
  if (await stat(path.join(clusterDir, 'PG_VERSION')).catch(() => null)) return giveTree(clusterDir, account);

  const unfinished = `${clusterDir}.new`;
  const passwordFile = `${clusterDir}.password`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  await give(unfinished, account);
  await rm(passwordFile, { force: true });
  try {
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
    await give(passwordFile, account);
    const { command, args, ...ids } = account.wrap(binaries.initdb, [
      ...['-D', unfinished, '-U', SUPERUSER, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
      ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
      ...['--no-instructions', ...(sync ? [] : ['--no-sync'])],
    ]);
    await promisify(execFile)(command, args, { cwd: '/', env: POSTGRES_ENV, timeout: 120_000, ...ids });
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    const told = (error as { stderr?: string }).stderr?.trim();
    throw new Error(`initdb could not make a database in ${clusterDir}: ${told || (error as Error).message}`);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(unfinished, clusterDir);
}
