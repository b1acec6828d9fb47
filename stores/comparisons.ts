import { assetPrefix } from './objects/keys.ts';
import type { ObjectStore } from './objects/objectStore.ts';
import type { Database, Sql } from './postgres/database.ts';

/** Longer than any comparison takes, in minutes. */
const ABANDONED_MINUTES = 60;

export interface ComparisonPlace {
  id: string;
  tenantId: string;
}

/** A place for the objects of one comparison: known to the database before the first of them is there. */
export async function openComparison(sql: Sql, tenantId: string): Promise<ComparisonPlace> {
  const [row] = await sql<ComparisonPlace[]>`
    insert into comparisons (tenant_id) values (${tenantId}) returning id, tenant_id as "tenantId"`;
  if (row === undefined) throw new Error('A comparison returned no row.');
  return row;
}

/** Removes what a comparison kept, and then its row, so that a crash in between leaves something that names the rest. */
export async function closeComparison(
  db: Database,
  objects: ObjectStore,
  { id, tenantId }: ComparisonPlace,
): Promise<void> {
  for await (const object of objects.list(assetPrefix(tenantId, id))) await objects.delete(object.key);
  await db.run((sql) => sql`delete from comparisons where id = ${id}`);
}

/** Closes those that nobody closed. @returns how many */
export async function sweepComparisons(db: Database, objects: ObjectStore): Promise<number> {
  const left = await db.run(
    (sql) => sql<ComparisonPlace[]>`
      select id, tenant_id as "tenantId" from comparisons
      where created_at < now() - ${ABANDONED_MINUTES} * interval '1 minute'`,
  );
  for (const place of left) await closeComparison(db, objects, place);
  return left.length;
}
