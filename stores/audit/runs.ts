import { announce } from '../feed/announce.ts';
import type { Sql } from '../postgres/database.ts';
import type { AuditProgress, AuditReport } from './audit.ts';

export type StartedBy = 'person' | 'schedule';

export interface AuditRun {
  id: string;
  startedBy: StartedBy;
  fix: boolean;
  progress: AuditProgress | null;
  report: AuditReport | null;
  startedAt: Date;
  updatedAt: Date;
  finishedAt: Date | null;
}

const KEPT = 30;

const columns = (sql: Sql) => sql`
  id, started_by as "startedBy", fix, progress, report, started_at as "startedAt", updated_at as "updatedAt",
  finished_at as "finishedAt"`;

/** Goes on with the last audit of this kind that was cut off in the last week, when there is one and `resume` says so. */
export async function beginAudit(
  tx: Sql,
  audit: { by: StartedBy; fix: boolean; resume: boolean },
): Promise<Pick<AuditRun, 'id' | 'progress'>> {
  const [last] = await tx<AuditRun[]>`
    select ${columns(tx)} from audits where started_by = ${audit.by} and fix = ${audit.fix}
    order by started_at desc limit 1`;
  const week = 7 * 24 * 3_600_000;
  const cutOff =
    last !== undefined && last.finishedAt === null && Date.now() - last.updatedAt.getTime() < week;
  if (audit.resume && cutOff) return last;
  const [made] = await tx<AuditRun[]>`
    insert into audits (started_by, fix) values (${audit.by}, ${audit.fix}) returning ${columns(tx)}`;
  if (made === undefined) throw new Error('The insert of an audit returned no row.');
  return made;
}

export async function saveProgress(sql: Sql, id: string, progress: AuditProgress): Promise<void> {
  await sql`update audits set progress = ${sql.json({ ...progress } as never)}, updated_at = now() where id = ${id}`;
}

export async function finishAudit(tx: Sql, id: string, report: AuditReport): Promise<void> {
  await tx`
    update audits set report = ${tx.json({ ...report } as never)}, progress = null, updated_at = now(), finished_at = now()
    where id = ${id}`;
  await announce(tx, {
    kind: 'audit.completed',
    tenantId: null,
    subjectId: id,
    detail: { clean: report.clean },
  });
  await tx`delete from audits where id not in (select id from audits order by started_at desc limit ${KEPT})`;
}

/** The last report, and what is under way or was cut off after it. */
export async function latestAudits(
  sql: Sql,
): Promise<{ finished: AuditRun | null; underWay: AuditRun | null }> {
  const [finished] = await sql<AuditRun[]>`
    select ${columns(sql)} from audits where finished_at is not null order by finished_at desc limit 1`;
  const [underWay] = await sql<AuditRun[]>`
    select ${columns(sql)} from audits where finished_at is null order by started_at desc limit 1`;
  const isNews =
    underWay !== undefined && (finished === undefined || underWay.startedAt > finished.startedAt);
  return { finished: finished ?? null, underWay: isNews ? underWay : null };
}
