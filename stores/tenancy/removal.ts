import type { Database, Sql } from '../postgres/database.ts';
import { type Reference, type RemovalOrder, removalOrder } from './removalOrder.ts';

/** 8 KiB each; some thousands of rows with all that points at them. */
const BLOCKS = 256;

/** Every table with rows of tenants, as the database itself says, so that none that is added later is forgotten. */
async function planRemoval(sql: Sql): Promise<RemovalOrder> {
  const tables = await sql<{ name: string }[]>`
    select c.relname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace`;
  const references = await sql<Reference[]>`
    select f.relname as from, t.relname as to, a.attname as column, not a.attnotnull as nullable
    from pg_constraint c
    join pg_class f on f.oid = c.conrelid join pg_class t on t.oid = c.confrelid
    join pg_attribute a on a.attrelid = f.oid and a.attnum = c.conkey[1]
    -- Where the database empties the column by itself, the order does not matter.
    where c.contype = 'f' and c.confdeltype <> 'n' and c.connamespace = current_schema()::regnamespace`;
  const names = tables.map(({ name }) => name);
  const among = references.filter(({ from, to }) => names.includes(from) && names.includes(to));
  return removalOrder(names, among);
}

async function blocksOf(sql: Sql, table: string): Promise<number> {
  const [row] = await sql<{ blocks: number }[]>`
    select ceil(pg_relation_size(${table}::regclass) / current_setting('block_size')::float8)::int8 as blocks`;
  return row?.blocks ?? 0;
}

/** Goes through a table once, some blocks at a time, in the order in which its rows lie. */
async function sweepTable(
  db: Database,
  table: string,
  tenantId: string,
  change: (sql: Sql, here: ReturnType<Sql>) => Promise<{ count: number }>,
  beat: () => Promise<void>,
): Promise<number> {
  const blocks = await db.run((sql) => blocksOf(sql, table));
  let changed = 0;
  for (let at = 0; at <= blocks; at += BLOCKS) {
    const { count } = await db.tx((tx) =>
      change(
        tx,
        tx`tenant_id = ${tenantId} and ctid >= ${`(${at},0)`}::tid and ctid < ${`(${at + BLOCKS},0)`}::tid`,
      ),
    );
    changed += count;
    await beat();
  }
  return changed;
}

/** Takes what a tenant has out of sight, so that nobody begins to work on it, not even on a rendition for a reader. */
export async function hideTenantAssets(
  db: Database,
  tenantId: string,
  beat: () => Promise<void>,
): Promise<number> {
  return sweepTable(
    db,
    'assets',
    tenantId,
    (sql, here) => sql`
      update assets set state = 'deleting', updated_at = now() where ${here} and state in ('ready', 'trashed')`,
    beat,
  );
}

/**
 * Deletes every row of a tenant but its own. Can be broken off at any point and begun again.
 * @param beat is called between batches; what it throws ends the work
 * @returns how many rows that were
 */
export async function removeTenantRows(
  db: Database,
  tenantId: string,
  beat: () => Promise<void>,
): Promise<number> {
  const { cut, tables } = await db.run(planRemoval);
  let removed = 0;
  for (;;) {
    for (const { from, column } of cut) {
      const empty = (sql: Sql, here: ReturnType<Sql>) =>
        sql`update ${sql(from)} set ${sql(column)} = null where ${here} and ${sql(column)} is not null`;
      await sweepTable(db, from, tenantId, empty, beat);
    }
    let round = 0;
    for (const table of tables) {
      const remove = (sql: Sql, here: ReturnType<Sql>) => sql`delete from ${sql(table)} where ${here}`;
      round += await sweepTable(db, table, tenantId, remove, beat);
    }
    removed += round;
    // Rows may have come in behind the sweep; the changes of the usage always have.
    if (round <= tables.length) return removed;
  }
}

/** The last of a tenant: its own row, and what was counted while it was deleted. @returns whether it is gone */
export async function removeTenant(tx: Sql, tenantId: string): Promise<void> {
  await tx`select id from tenants where id = ${tenantId} for update`;
  await tx`delete from tenants where id = ${tenantId}`;
  await tx`delete from tenant_usage_changes where tenant_id = ${tenantId}`;
  // Turns that only its sources took.
  await tx`
    delete from request_budgets b where not exists (select from request_shares s where s.key = b.key)
      and updated_at < now() - interval '1 minute'`;
}
