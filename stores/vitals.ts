import type { Sql } from './postgres/database.ts';

/** What an operator wants to know of the whole installation. */
export interface Vitals {
  outboxMessages: number;
  /** 0: nothing waits. */
  outboxOldestSeconds: number;
  openImports: Record<string, number>;
  captureSessions: Record<string, number>;
  lastAudit: { sound: boolean; ageSeconds: number } | null;
}

/** States that are always there, so that nobody need ask whether a series exists. */
const IMPORTS = { pending: 0, processing: 0, paused: 0, needs_attention: 0 };
const SESSIONS = { pending: 0, connecting: 0, capturing: 0, waiting: 0, paused: 0, needs_attention: 0 };

export async function readVitals(sql: Sql): Promise<Vitals> {
  const [[row], [audit]] = await Promise.all([
    sql<Omit<Vitals, 'lastAudit'>[]>`
      select
        (select count(*) from outbox where sent_at is null) as "outboxMessages",
        coalesce((select extract(epoch from now() - min(created_at)) from outbox where sent_at is null), 0)::float8
          as "outboxOldestSeconds",
        coalesce((select jsonb_object_agg(state, n) from
          (select state, count(*) as n from imports where finished_at is null group by state) as counted), '{}') as "openImports",
        coalesce((select jsonb_object_agg(state, n) from
          (select state, count(*) as n from capture_sessions where ended_at is null group by state) as counted), '{}')
          as "captureSessions"`,
    sql<NonNullable<Vitals['lastAudit']>[]>`
      select coalesce((report->>'sound')::boolean, false) as sound,
        extract(epoch from now() - finished_at)::float8 as "ageSeconds"
      from audits where finished_at is not null order by started_at desc limit 1`,
  ]);
  if (row === undefined) throw new Error('The vitals returned no row.');
  return {
    ...row,
    openImports: { ...IMPORTS, ...row.openImports },
    captureSessions: { ...SESSIONS, ...row.captureSessions },
    lastAudit: audit ?? null,
  };
}
