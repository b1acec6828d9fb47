import type { Sql } from './postgres/database.ts';

/** What Temporal is asked for: about an import, or about another thing by its id. */
export type Wanted =
  | { kind: 'run-import' | 'process-upload'; tenantId: string; importId: string; subjectId?: null }
  | { kind: 'run-purge' | 'undo-purge'; tenantId: string | null; subjectId: string; importId?: null }
  | { kind: 'delete-tenant'; tenantId: string; subjectId: string; importId?: null };

export type OutboxMessage = Wanted & { id: number; attempts: number };

/** Asks for a workflow, in the transaction that made it necessary. */
export async function enqueue(tx: Sql, wanted: Wanted): Promise<void> {
  await tx`
    insert into outbox (tenant_id, kind, import_id, subject_id)
    values (${wanted.tenantId}, ${wanted.kind}, ${wanted.importId ?? null}, ${wanted.subjectId ?? null})`;
}

/** Takes due messages; each stays invisible to other dispatchers for the lease, and comes back when nobody marks it sent. */
export async function takeDue(sql: Sql, limit: number, leaseSeconds: number): Promise<OutboxMessage[]> {
  return sql<OutboxMessage[]>`
    update outbox set attempts = attempts + 1, next_try_at = now() + ${leaseSeconds} * interval '1 second'
    where id in (
      select id from outbox where sent_at is null and next_try_at <= now()
      order by id limit ${limit} for update skip locked
    )
    returning id, tenant_id as "tenantId", kind, import_id as "importId", subject_id as "subjectId", attempts`;
}

export async function markSent(sql: Sql, ids: readonly number[]): Promise<void> {
  await sql`update outbox set sent_at = now() where id = any(${ids as number[]}::bigint[])`;
}
