import type { Sql } from '../postgres/database.ts';

/** Tables whose rows are named in paths, and the columns that name them there. */
export interface Owned {
  table: string;
  column: string;
}

/** The tenant that a row belongs to. `undefined`: there is no such row; `null`: it belongs to none. @param id as the column takes it */
export async function tenantOf(
  sql: Sql,
  { table, column }: Owned,
  id: string,
): Promise<string | null | undefined> {
  const owner = table === 'tenants' ? sql`id` : sql`tenant_id`;
  const [row] = await sql<{ tenant: string | null }[]>`
    select ${owner} as tenant from ${sql(table)} where ${sql(column)} = ${id} limit 1`;
  return row?.tenant;
}
