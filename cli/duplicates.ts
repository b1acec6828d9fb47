import type { Config } from '../config.ts';
import { rebuildDuplicates } from '../stores/duplicates/rebuild.ts';
import { createDatabase } from '../stores/postgres/database.ts';
import { ServerError } from './client/server.ts';

/** Forms the groups of near-duplicates anew. @returns how many pictures were placed */
export async function rebuild(config: Config): Promise<number> {
  if (config.database.url === null) throw new ServerError('Set DATABASE_URL to the database to work on.');
  const db = createDatabase({
    url: config.database.url,
    pool: 2,
    // Emptying the tables takes one statement, however large they are.
    deadlineMs: 10 * 60_000,
    applicationName: 'tributary-duplicates',
  });
  try {
    return await rebuildDuplicates(db);
  } finally {
    await db.close();
  }
}
