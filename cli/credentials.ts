import type { Config } from '../config.ts';
import { rotateCredentials } from '../stores/credentials/credentials.ts';
import { createSealer } from '../stores/credentials/sealer.ts';
import { createDatabase } from '../stores/postgres/database.ts';
import { ServerError } from './client/server.ts';

/** Seals everything anew that an older key sealed. @returns how many credentials were */
export async function rotate(config: Config): Promise<number> {
  const { key, previous } = config.secrets;
  if (config.database.url === null) throw new ServerError('Set DATABASE_URL to the database to work on.');
  if (key === null) {
    throw new ServerError('Set SECRET_KEY to the new key, and PREVIOUS_SECRET_KEYS to the ones before it.');
  }
  const db = createDatabase({
    url: config.database.url,
    pool: 2,
    deadlineMs: 10 * 60_000,
    applicationName: 'tributary-credentials',
  });
  try {
    return await db.tx((tx) => rotateCredentials(tx, createSealer(key, previous)));
  } finally {
    await db.close();
  }
}
