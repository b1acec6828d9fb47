import type { ObjectStore } from './objects/objectStore.ts';
import type { Database, Sql } from './postgres/database.ts';

/** Longer than any activity may take from here to its row. */
export const INTENT_HOURS = 6;
/** Longer than it takes from reading a row to opening its object. */
export const READERS_MINUTES = 2;
const PAGE = 500;

/** Writes objects down that are about to be put; the row that is to hold them takes them off again. */
export async function intend(sql: Sql, tenantId: string, keys: readonly string[]): Promise<void> {
  await sql`
    insert into loose_objects (key, tenant_id, due_at)
    select key, ${tenantId}, now() + ${INTENT_HOURS} * interval '1 hour' from unnest(${keys as string[]}::text[]) key`;
}

/** Takes objects off the list because rows hold them now. @returns `false`: they are being deleted; nothing was changed */
export async function hold(tx: Sql, keys: readonly string[]): Promise<boolean> {
  const taken =
    await tx`delete from loose_objects where key = any(${keys as string[]}::text[]) returning key`;
  return taken.length === keys.length;
}

/** Lets go of objects whose rows are gone, or are going in the same transaction. */
export async function letGo(tx: Sql, tenantId: string, keys: readonly string[]): Promise<void> {
  await tx`
    insert into loose_objects (key, tenant_id, due_at)
    select key, ${tenantId}, now() + ${READERS_MINUTES} * interval '1 minute' from unnest(${keys as string[]}::text[]) key
    on conflict (key) do nothing`;
}

/** Deletes what is due. Safe to run at any time, by several at once. @returns how many */
export async function dropLoose(db: Database, objects: ObjectStore): Promise<number> {
  for (let dropped = 0; ; ) {
    const due = await db.run(
      (sql) => sql<{ key: string }[]>`select key from loose_objects where due_at < now() limit ${PAGE}`,
    );
    // The object first: a crash in between leaves a line about nothing, never an object that nobody knows.
    for (const { key } of due) await objects.delete(key);
    await db.run(
      (sql) => sql`delete from loose_objects where key = any(${due.map(({ key }) => key)}::text[])`,
    );
    dropped += due.length;
    if (due.length < PAGE) return dropped;
  }
}
