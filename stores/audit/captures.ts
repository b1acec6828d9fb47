import { enqueue } from '../outbox.ts';
import type { Sql } from '../postgres/database.ts';
import type { Pass } from './objects.ts';
import type { WorkflowView } from './workflows.ts';

const BATCH = 500;
/** A session has its workflow a moment after its row, or its message. */
const YOUNG_SECONDS = 60;

/** Sessions that have not ended and that nobody is about to start, in the order of their ids. */
async function openSessions(
  sql: Sql,
  which: { after: string } | { only: string },
): Promise<{ id: string; tenantId: string }[]> {
  return sql<{ id: string; tenantId: string }[]>`
    select s.id, s.tenant_id as "tenantId" from capture_sessions s
    where s.ended_at is null and ${'after' in which ? sql`s.id > ${which.after}` : sql`s.id = ${which.only}`}
      and s.created_at < now() - ${YOUNG_SECONDS} * interval '1 second'
      and not exists (select from outbox o where o.subject_id = s.id and o.sent_at is null)
    order by s.id limit ${BATCH}`;
}

/** Looks for capture sessions that nobody carries on. */
export async function auditCaptures({
  db,
  tally,
  fix,
  workflows,
}: Pass & { workflows: WorkflowView }): Promise<void> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const page = await db.run((sql) => openSessions(sql, { after }));
    for (const { id } of page) {
      if (await workflows.captures(id)) continue;
      // It may have ended while we asked.
      const [still] = await db.run((sql) => openSessions(sql, { only: id }));
      if (still === undefined) continue;
      tally.broken('W3', `session ${id}`);
      if (!fix) continue;
      const { tenantId } = still;
      await db.tx((tx) => enqueue(tx, { kind: 'run-capture', tenantId, subjectId: id }));
      tally.repaired('capture sessions go on that had lost their workflow', 1, [`session ${id}`]);
    }
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}
