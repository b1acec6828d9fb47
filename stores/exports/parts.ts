import { EXPORT_PART } from '../../domain/export.ts';
import { hold } from '../looseObjects.ts';
import type { Sql } from '../postgres/database.ts';

/** Images `[first, last]` of an export, by their positions. */
export function positionsOf(part: number): { first: number; last: number } {
  return { first: part * EXPORT_PART + 1, last: (part + 1) * EXPORT_PART };
}

/** Whether a part was collected before. */
export async function hasPart(sql: Sql, id: string, part: number): Promise<boolean> {
  const [row] = await sql`select from export_parts where export_id = ${id} and part = ${part}`;
  return row !== undefined;
}

/** Holds the object of a part. @returns `false`: the export is over, or gone, or has that part already */
export async function addPart(
  tx: Sql,
  id: string,
  { part, key, images }: { part: number; key: string; images: number },
): Promise<boolean> {
  const [row] = await tx`
    insert into export_parts (export_id, tenant_id, part, object_key, images)
    select id, tenant_id, ${part}, ${key}, ${images} from exports where id = ${id} and state = 'collecting' for update
    on conflict do nothing returning part`;
  if (row === undefined) return false;
  if (!(await hold(tx, [key]))) throw new Error('A part of an export was swept before its row held it.');
  return true;
}

/** Keys of the objects, in order. */
export async function partsOf(sql: Sql, id: string): Promise<string[]> {
  const rows = await sql<{ key: string }[]>`
    select object_key as key from export_parts where export_id = ${id} order by part`;
  return rows.map(({ key }) => key);
}
