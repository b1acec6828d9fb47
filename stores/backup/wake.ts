import { reopen } from '../audit/repairs/imports.ts';
import { enqueue, type Wanted } from '../outbox.ts';
import type { Database, Sql } from '../postgres/database.ts';

export interface Woken {
  imports: number;
  sessions: number;
  /** Reprocesses, exports, corrections, purges, deletions of tenants, files of detections. */
  others: number;
}

/** Whatever else was begun and not finished: its workflow finds in the rows where to go on. */
async function wakeOthers(tx: Sql): Promise<number> {
  // Their parts are objects that no backup holds.
  await tx`
    delete from export_parts where export_id in (select id from exports where finished_at is null)`;
  const begun = await tx<Wanted[]>`
    select case when model_id is null then 'reprocess' else 'detect-again' end as kind, id as "subjectId",
      tenant_id as "tenantId" from reprocesses where finished_at is null
    union all
    select 'run-export', id, tenant_id from exports where finished_at is null
    union all
    select 'import-detections', id, tenant_id from detection_files where finished_at is null
    union all
    select case state when 'applying' then 'correct-clocks' else 'restore-clocks' end, id, tenant_id
      from clock_corrections where state in ('applying', 'undoing')
    union all
    select 'run-purge', id, tenant_id from purge_manifests where state in ('approved', 'hidden', 'deleting')
    union all
    select 'delete-tenant', id, id from tenants where state = 'deleting'
    union all
    select distinct 'deliver-webhook', webhook_id, tenant_id from webhook_deliveries where state = 'pending'`;
  for (const wanted of begun) await enqueue(tx, wanted);
  return begun.length;
}

/**
 * Asks for the workflows of everything that was under way when the backup was taken: the Temporal that it is restored
 * beside knows nothing of it. Each goes on from its rows.
 */
export async function wakeRestored(db: Database): Promise<Woken> {
  return db.tx(async (tx) => {
    const imports = await tx<{ id: string }[]>`
      select id from imports where state in ('pending', 'processing', 'paused', 'needs_attention') order by created_at`;
    let reopened = 0;
    for (const { id } of imports) if (await reopen(tx, id)) reopened += 1;
    const sessions = await tx<{ id: string; tenantId: string }[]>`
      select id, tenant_id as "tenantId" from capture_sessions where ended_at is null`;
    for (const { id, tenantId } of sessions)
      await enqueue(tx, { kind: 'run-capture', subjectId: id, tenantId });
    // Schedules are made again from their rows.
    await tx`update pull_sources set scheduled_revision = 0`;
    await tx`update capture_windows set scheduled_revision = 0`;
    return { imports: reopened, sessions: sessions.length, others: await wakeOthers(tx) };
  });
}
