import { causedBy } from './causedBy.ts';
import type { Sql } from './postgres/database.ts';
import { currentTraceparent } from './tracing/span.ts';

/** What a workflow is asked for about. */
export type OutboxSubject =
  | { kind: 'run-import' | 'process-upload' | 'resume-import'; importId: string }
  /** `subjectId` is the asset's uid. */
  | { kind: 'repair-asset'; subjectId: string }
  | { kind: 'reprocess' | 'detect-again'; subjectId: string }
  | { kind: 'run-export' | 'import-detections'; subjectId: string }
  | { kind: 'correct-clocks'; subjectId: string }
  | { kind: 'restore-clocks'; subjectId: string }
  | { kind: 'delete-tenant'; subjectId: string }
  /** `subjectId` is the endpoint's. */
  | { kind: 'deliver-webhook'; subjectId: string }
  /** `subjectId` is the capture session's: it was made; what its row or its camera's says has changed. */
  | { kind: 'run-capture' | 'capture-changed'; subjectId: string };

/** A purge may be about all tenants. */
export type Wanted =
  | (OutboxSubject & { tenantId: string })
  | { kind: 'run-purge'; subjectId: string; tenantId: string | null }
  | { kind: 'undo-purge'; subjectId: string; tenantId: string | null };

export type OutboxMessage = Wanted & {
  id: number;
  attempts: number;
  /** Of the request that asked for it; `null`: nobody did. */
  requestId: string | null;
  /** The trace that it was written in. */
  traceparent?: string | null;
  /** The kind of source that the import is of, where it is about one. */
  source?: string | null;
};

/** Asks for a workflow, in the transaction that made it necessary. */
export async function enqueue(tx: Sql, message: Wanted): Promise<void> {
  const importId = 'importId' in message ? message.importId : null;
  const subjectId = 'subjectId' in message ? message.subjectId : null;
  await tx`
    insert into outbox (tenant_id, kind, import_id, subject_id, request_id, traceparent)
    values (${message.tenantId}, ${message.kind}, ${importId}, ${subjectId}, ${causedBy()},
      ${currentTraceparent()})`;
}

/** Name of a NOTIFY channel: there is something in the outbox, put there by a process that cannot send it. */
export const OUTBOX_CHANNEL = 'tributary_outbox';

/** Has a dispatcher look into the outbox as soon as the transaction is over, and not when it next does by itself. */
export async function tellOutbox(tx: Sql): Promise<void> {
  await tx`select pg_notify(${OUTBOX_CHANNEL}, '')`;
}

/** Takes due messages; each stays invisible to other dispatchers for the lease, and comes back when nobody marks it sent. */
export async function takeDue(sql: Sql, limit: number, leaseSeconds: number): Promise<OutboxMessage[]> {
  return sql<OutboxMessage[]>`
    update outbox set attempts = attempts + 1, next_try_at = now() + ${leaseSeconds} * interval '1 second'
    where id in (
      select id from outbox where sent_at is null and next_try_at <= now()
      order by id limit ${limit} for update skip locked
    )
    returning id, tenant_id as "tenantId", kind, import_id as "importId", subject_id as "subjectId", attempts,
      request_id as "requestId", traceparent, (select m.kind from imports m where m.id = outbox.import_id) as source`;
}

export async function markSent(sql: Sql, ids: readonly number[]): Promise<void> {
  await sql`update outbox set sent_at = now() where id = any(${ids as number[]}::bigint[])`;
}
