import type { Sql } from './postgres/database.ts';

type Changeable =
  | 'assets'
  | 'campaigns'
  | 'capture_sessions'
  | 'capture_windows'
  | 'locations'
  | 'reprocesses'
  | 'rules'
  | 'tenants'
  | 'webhooks';

/** Holds a row for the rest of the transaction: what is read of it from now on is what is changed. */
export async function lockRow(
  tx: Sql,
  table: Changeable,
  value: string | number,
  column: 'id' | 'name' = 'id',
): Promise<void> {
  await tx`select 1 from ${tx(table)} where ${tx(column)} = ${value} for no key update`;
}
