import type { Schedule } from '../../domain/schedule.ts';
import type { Sql } from '../postgres/database.ts';
import { PUSH } from './pullSources.ts';

/** A source whose schedule in Temporal is behind what its row says. */
export interface Unscheduled {
  id: string;
  tenantId: string;
  kind: string;
  revision: number;
  schedule: Schedule;
  timezone: string | null;
  isActive: boolean;
  pausedReason: string | null;
  deleted: boolean;
}

export async function takeUnscheduled(sql: Sql, limit: number): Promise<Unscheduled[]> {
  return sql<Unscheduled[]>`
    select id, tenant_id as "tenantId", kind, revision, schedule, timezone, is_active as "isActive", paused_reason as "pausedReason",
      deleted_at is not null or kind = ${PUSH} as deleted
    from pull_sources where revision <> scheduled_revision order by updated_at limit ${limit}`;
}

/** The schedule is what the row said at that revision; a later change is taken up by itself. */
export async function markScheduled(sql: Sql, id: string, revision: number): Promise<void> {
  await sql`update pull_sources set scheduled_revision = ${revision} where id = ${id}`;
}

/** Has the schedules made again that Temporal does not have. @returns how many those are */
export async function unscheduleMissing(sql: Sql, there: readonly string[]): Promise<number> {
  const rows = await sql`
    update pull_sources set scheduled_revision = 0
    where deleted_at is null and kind <> ${PUSH} and scheduled_revision <> 0 and not id = any(${there as string[]}::uuid[]) returning id`;
  return rows.length;
}
