import type { Attention } from '../domain/batch.ts';
import { storableShort } from '../domain/text.ts';
import type { Sql } from './postgres/database.ts';

/** Notes which items wait for a person, and for what. They stay pending. */
export async function noteParked(
  sql: Sql,
  items: readonly { item: number; type: string; detail: string }[],
): Promise<void> {
  if (items.length === 0) return;
  const rows = items.map((each) => ({ ...each, detail: storableShort(each.detail) }));
  await sql`
    with waits as (
      select * from jsonb_to_recordset(${sql.json(rows)}) as t(item bigint, type text, detail text)
    ), parked as (
      update import_items i set parked = w.type, detail = w.detail, updated_at = now()
      from waits w where i.id = w.item and i.state = 'pending'
      returning i.id, i.tenant_id, i.import_id, i.parked, i.detail
    )
    insert into events (tenant_id, import_id, item_id, kind, detail)
    select tenant_id, import_id, id, 'item.parked', jsonb_build_object('type', parked, 'detail', detail) from parked`;
}

/** Shows what an import waits for, and until when it waits at the longest. */
export async function parkImport(sql: Sql, importId: string, attention: Attention): Promise<void> {
  const { type, detail, resumeInMs } = attention;
  await sql`
    with parked as (
      update imports set state = 'needs_attention', error_type = ${type}, error_detail = ${storableShort(detail)},
        resumes_at = now() + ${resumeInMs ?? null}::float8 * interval '1 millisecond', updated_at = now()
      where id = ${importId} and state not in ('completed', 'failed', 'cancelled', 'needs_attention')
      returning id, tenant_id
    ), noted as (
      insert into events (tenant_id, import_id, kind, detail)
      select tenant_id, id, 'import.needs_attention', ${sql.json({ type, detail })} from parked
    )
    insert into feed_events (tenant_id, kind, import_id, detail)
    select tenant_id, 'import.needs_attention', id, jsonb_build_object('type', ${type}::text) from parked`;
}

/** Lets an import go on, with the items that waited or, when they are given up, without them. */
export async function unparkImport(tx: Sql, importId: string, skip: boolean): Promise<void> {
  await tx`
    with ended as (
      update import_items set state = 'failed', reason = parked, parked = null, updated_at = now()
      where ${skip} and import_id = ${importId} and parked is not null and state = 'pending'
      returning id, tenant_id, import_id, reason, detail
    )
    insert into events (tenant_id, import_id, item_id, kind, detail)
    select tenant_id, import_id, id, 'item.failed', jsonb_build_object('reason', reason, 'detail', detail) from ended`;
  await tx`
    update import_items set parked = null, detail = null, updated_at = now()
    where import_id = ${importId} and parked is not null and state = 'pending'`;
  await tx`
    with resumed as (
      update imports set state = 'processing', error_type = null, error_detail = null, resumes_at = null, updated_at = now()
      where id = ${importId} and state = 'needs_attention'
      returning id, tenant_id
    ), noted as (
      insert into events (tenant_id, import_id, kind, detail)
      select tenant_id, id, 'import.resumed', ${tx.json({ skip })} from resumed
    )
    insert into feed_events (tenant_id, kind, import_id) select tenant_id, 'import.processing', id from resumed`;
}
