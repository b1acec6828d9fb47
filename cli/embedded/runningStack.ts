import { identifyProcess } from '../setup/processIdentity.js';
import { SUPERUSER } from './postgresCluster.ts';
import { readStack, type Stack } from './stackFile.ts';

export const DATABASE = 'tributary';

/** For the environment of a child or a connection, never for a log or an argument list: it holds the password. */
export const databaseUrl = (port: number, password: string, database = DATABASE): string =>
  `postgres://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;

const lives = (stack: Stack, name: string): boolean => {
  const known = stack.processes[name];
  return known !== undefined && identifyProcess(known.pid) === known.identity;
};

/**
 * How another command reaches the parts that a running `tributary dev` embeds in this data directory; `null`
 * for a part that is not running there.
 */
export async function findRunningStack(
  dataDir: string,
): Promise<{ databaseUrl: string | null; temporalAddress: string | null }> {
  const stack = await readStack(dataDir);
  const { postgres, temporal } = stack.ports;
  return {
    databaseUrl:
      postgres !== undefined && lives(stack, 'postgres') ? databaseUrl(postgres, stack.password) : null,
    temporalAddress: temporal !== undefined && lives(stack, 'temporal') ? `127.0.0.1:${temporal}` : null,
  };
}
