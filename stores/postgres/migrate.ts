import path from 'node:path';
import Postgrator from 'postgrator';
import postgres from 'postgres';

/** Any number that no other program on this database uses; it reads "trib" in ASCII. */
const LOCK = 0x74726962;

/**
 * Brings the schema up to date. Several processes may call this at once: one migrates, the others wait and
 * then find nothing to do. Changed files that were applied already are refused.
 *
 * @param upTo the last migration to apply; default: all there are
 * @returns the names of the migrations applied now
 */
export async function migrate(databaseUrl: string, upTo?: number): Promise<string[]> {
  // One connection: the advisory lock lives as long as the session does.
  const sql = postgres(databaseUrl, { max: 1, connect_timeout: 10, onnotice: () => {}, idle_timeout: 0 });
  try {
    await sql`select pg_advisory_lock(${LOCK})`;
    const postgrator = new Postgrator({
      migrationPattern: path.join(import.meta.dirname, '..', 'migrations', '*.sql'),
      driver: 'pg',
      schemaTable: 'schema_version',
      execQuery: async (query) => ({ rows: [...(await sql.unsafe(query))] }),
      execSqlScript: async (script) => {
        await sql.unsafe(script).simple();
      },
    });
    const applied = await postgrator.migrate(upTo === undefined ? undefined : String(upTo));
    // Tables that were added have to stand behind the wall, too.
    const [wall] = await sql<{ there: boolean }[]>`select to_regproc('guard_tenants') is not null as there`;
    if (wall?.there) await sql`select guard_tenants()`;
    return applied.map((migration) => path.basename(migration.filename));
  } finally {
    await sql.end({ timeout: 5 });
  }
}
