import type { Sql } from '../postgres/database.ts';

export interface Dismissal {
  id: string;
  assetIds: number[];
  createdAt: Date;
}

/** Notes that these assets are no duplicates of each other. */
export async function dismiss(sql: Sql, tenantId: string, assetIds: readonly number[]): Promise<Dismissal> {
  const [row] = await sql<Dismissal[]>`
    insert into duplicate_dismissals (tenant_id, asset_ids) values (${tenantId}, ${assetIds as number[]}::bigint[])
    returning id, asset_ids as "assetIds", created_at as "createdAt"`;
  if (row === undefined) throw new Error('A dismissal returned no row.');
  return row;
}

/** @returns whether there was one */
export async function takeBackDismissal(sql: Sql, id: string): Promise<boolean> {
  return (await sql`delete from duplicate_dismissals where id = ${id} returning id`).length === 1;
}
