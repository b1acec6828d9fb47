import { announce } from '../../feed/announce.ts';
import { enqueue } from '../../outbox.ts';
import type { Database, Sql } from '../../postgres/database.ts';
import type { Tally } from '../finding.ts';

/**
 * Opens an import that has work left, and asks for its workflow.
 * @returns `false` when another run of its pull source is open, which would be a second one
 */
export async function reopen(tx: Sql, importId: string): Promise<boolean> {
  const [held] = await tx<{ tenantId: string; nextSlot: number }[]>`
    select m.tenant_id as "tenantId", m.next_slot as "nextSlot" from imports m
    where m.id = ${importId} and not exists (
      select from imports o where not m.pushed and o.pull_source_id = m.pull_source_id and not o.pushed and o.id <> m.id
        and o.state not in ('completed', 'failed', 'cancelled'))
    for update`;
  if (held === undefined) return false;
  // An item without a place in the queue would never be met.
  await tx`
    with placed as (
      update import_items i set slot = ${held.nextSlot} + q.place, updated_at = now()
      from (select id, row_number() over (order by id)::int - 1 as place from import_items
        where import_id = ${importId} and state = 'pending' and slot is null) q
      where i.id = q.id returning i.id
    )
    update imports set next_slot = next_slot + (select count(*) from placed), updated_at = now(), finished_at = null,
      state = case when state in ('completed', 'failed', 'cancelled') then 'processing' else state end
    where id = ${importId}`;
  await tx`
    insert into events (tenant_id, import_id, kind) values (${held.tenantId}, ${importId}, 'import.reopened')`;
  await announce(tx, { kind: 'import.processing', tenantId: held.tenantId, importId });
  await enqueue(tx, { tenantId: held.tenantId, kind: 'resume-import', importId });
  return true;
}

/** An open import without a workflow, or a finished one with pending items, goes on. */
export async function reopenImport(db: Database, tally: Tally, importId: string): Promise<void> {
  const place = [`import ${importId}`];
  if (await db.tx((tx) => reopen(tx, importId))) {
    tally.repaired('imports go on that had lost their workflow', 1, place);
  } else tally.needs('audit with --fix again when the open run of their source has ended', 1, place);
}
