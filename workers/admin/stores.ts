import type { ObjectStore } from '../../stores/objects/objectStore.ts';
import type { Database, DatabaseOptions } from '../../stores/postgres/database.ts';
import type { Admin } from './admin.ts';

/** Has a database measure its calls where somebody looks at that. */
export function observeDatabase(admin: Admin | null): Pick<DatabaseOptions, 'observe'> {
  if (admin === null) return {};
  const { databaseSeconds } = admin.metrics;
  return { observe: (call, seconds, outcome) => databaseSeconds.observe({ call, outcome }, seconds) };
}

/** Ready only where rows and objects can be reached. */
export function watchStores({ check }: Admin, db: Database, objects: ObjectStore): void {
  check('database', async () => void (await db.run((sql) => sql`select 1`)));
  check('objects', () => objects.check());
}
