import { removeCamera } from '../cameras/cameras.ts';
import { handedIn } from '../handedIn.ts';
import { setImportState } from '../imports.ts';
import { skipPending } from '../items.ts';
import { INTENT_HOURS } from '../looseObjects.ts';
import { enqueue } from '../outbox.ts';
import type { Sql } from '../postgres/database.ts';

/** A claim, or an object that was to be put, that is older belongs to a process that died. */
const CLAIM_MINUTES = 2;
/** Imports that are cancelled and cameras that are deleted in one round. */
const AT_ONCE = 100;

export interface TenantWork {
  /** Imports to cancel; uploads end by themselves. */
  imports: string[];
  /** All that is still under way; 0: nothing is. */
  open: number;
}

/**
 * Stops what can be stopped for a tenant that is being deleted, and says what is still under way: its sources and
 * cameras are deleted (their schedules and sessions follow), purges are undone, imports that have not begun never do.
 */
export async function quietTenant(tx: Sql, tenantId: string): Promise<TenantWork> {
  await tx`
    update pull_sources set deleted_at = now(), is_active = false, credential_id = null, revision = revision + 1, updated_at = now()
    where tenant_id = ${tenantId} and deleted_at is null`;
  const cameras = await tx<{ id: string }[]>`
    select id from cameras where tenant_id = ${tenantId} and deleted_at is null order by id limit ${AT_ONCE}`;
  for (const { id } of cameras) await removeCamera(tx, id);
  await tx`delete from outbox where tenant_id = ${tenantId} and kind in ('run-import', 'resume-import') and sent_at is null`;
  const purges = await tx<{ id: string }[]>`
    update purge_manifests set undo_asked_at = now()
    where tenant_id = ${tenantId} and state in ('approved', 'hidden') and undo_asked_at is null returning id`;
  for (const { id } of purges) await enqueue(tx, { kind: 'undo-purge', tenantId, subjectId: id });
  const imports = await tx<{ id: string }[]>`
    select id from imports where tenant_id = ${tenantId} and kind not ${handedIn(tx)}
      and state in ('pending', 'processing', 'paused', 'needs_attention')
    order by created_at limit ${AT_ONCE}`;
  const [row] = await tx<{ open: number }[]>`
    select (select count(*) from imports where tenant_id = ${tenantId}
        and state in ('pending', 'processing', 'paused', 'needs_attention'))
      + (select count(*) from assets where tenant_id = ${tenantId} and state = 'pending' and original_stored_at is null
        and updated_at > now() - ${CLAIM_MINUTES} * interval '1 minute')
      + (select count(*) from loose_objects where tenant_id = ${tenantId}
        and due_at > now() + ${INTENT_HOURS} * interval '1 hour' - ${CLAIM_MINUTES} * interval '1 minute')
      + (select count(*) from reprocesses where tenant_id = ${tenantId} and state in ('pending', 'processing'))
      + (select count(*) from pull_sources where tenant_id = ${tenantId} and revision <> scheduled_revision)
      + (select count(*) from cameras where tenant_id = ${tenantId} and deleted_at is null)
      + (select count(*) from capture_sessions where tenant_id = ${tenantId} and ended_at is null)
      + (select count(*) from capture_windows where tenant_id = ${tenantId} and revision <> scheduled_revision)
      + (select count(*) from purge_manifests where tenant_id = ${tenantId} and state in ('approved', 'hidden', 'deleting'))
      as open`;
  return { imports: imports.map(({ id }) => id), open: row?.open ?? 0 };
}

/** Ends imports that no workflow carries any more. */
export async function closeLostImports(tx: Sql, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await skipPending(tx, id);
    await setImportState(tx, id, 'cancelled');
  }
}
