import type { Json } from '../../sources/source.ts';
import { createImport } from '../imports.ts';
import type { Sql } from '../postgres/database.ts';
import { findPullSource, LIST, PUSH } from './pullSources.ts';

/** Runs in a row that access was refused to before a source is paused. */
const AUTH_FAILURES = 3;

/** Failures that say the source does not let us in; a daily quota is none. */
const REFUSALS = [
  'auth_failed',
  'password_needed',
  'provider_misconfigured',
  'credentials_unreadable',
  'host_key_unknown',
  'host_key_mismatch',
] as const;

export interface Run {
  importId: string;
  tenantId: string;
  /** `false`: it was running already. */
  fresh: boolean;
}

/**
 * Begins a run of a source, or finds the one that is under way: there is at most one, however many ask at once.
 *
 * @param by a `person` may run a source that is paused
 * @param maxFiles instead of the source's own limit; `null`: no limit
 * @returns `null` when there is no such source, or it is not to run
 */
export async function beginRun(
  tx: Sql,
  pullSourceId: string,
  by: 'schedule' | 'person',
  maxFiles?: number | null,
): Promise<Run | null> {
  // Everybody who wants a run of this source waits here.
  await tx`select id from pull_sources where id = ${pullSourceId} for update`;
  const source = await findPullSource(tx, pullSourceId);
  if (source === null || source.kind === PUSH || (by === 'schedule' && !source.isActive)) return null;
  const [open] = await tx<{ id: string }[]>`
    select id from imports where pull_source_id = ${pullSourceId} and not pushed
      and state in ('pending', 'processing', 'paused', 'needs_attention')`;
  if (open !== undefined) return { importId: open.id, tenantId: source.tenantId, fresh: false };
  const importId = await createImport(tx, {
    tenantId: source.tenantId,
    kind: source.kind,
    address: source.address,
    settings: source.settings,
    timezone: source.timezone,
    credentialId: source.credentialId,
    requestsPerSecond: source.requestsPerSecond,
    pull: {
      pullSourceId,
      maxItems: maxFiles === undefined ? source.maxFilesPerRun : maxFiles,
      settleSeconds: source.settleSeconds,
      userId: source.userId,
      locationId: source.locationId,
    },
  });
  return { importId, tenantId: source.tenantId, fresh: true };
}

/** Makes an import of what somebody pushed to a source. @returns `null` when nothing can be pushed to it */
export async function beginPush(
  tx: Sql,
  pullSourceId: string,
  parsed: { address: string; settings: Json },
): Promise<Run | null> {
  const source = await findPullSource(tx, pullSourceId);
  if (source === null || source.kind !== PUSH || !source.isActive) return null;
  const importId = await createImport(tx, {
    tenantId: source.tenantId,
    kind: LIST,
    ...parsed,
    timezone: source.timezone,
    credentialId: source.credentialId,
    requestsPerSecond: source.requestsPerSecond,
    pull: {
      pullSourceId,
      pushed: true,
      maxItems: null,
      settleSeconds: 0,
      userId: source.userId,
      locationId: source.locationId,
    },
  });
  return { importId, tenantId: source.tenantId, fresh: true };
}

/**
 * Notes what a finished run says of its source: the newest file for display, failures so that they do not fill the next
 * run, and refusals, of which a few in a row pause the source.
 */
export async function recordRun(tx: Sql, importId: string): Promise<void> {
  await tx`
    with failed as (
      insert into source_failures (source_id, item_key, tenant_id)
      select m.source_id, i.item_key, i.tenant_id from imports m join import_items i on i.import_id = m.id
      where m.id = ${importId} and m.pull_source_id is not null and i.state = 'failed'
      on conflict (source_id, item_key) do update set failures = source_failures.failures + 1, failed_at = now()
    )
    delete from source_failures f using imports m, import_items i
    where m.id = ${importId} and i.import_id = m.id and i.state <> 'failed'
      and f.source_id = m.source_id and f.item_key = i.item_key`;
  await tx`
    with run as (
      select m.id, m.pull_source_id, m.tenant_id, m.state,
        coalesce(m.error_type = any(${REFUSALS as unknown as string[]}::text[]), false) or exists (
          select from import_items i where i.import_id = m.id and i.state = 'failed'
            and i.reason = any(${REFUSALS as unknown as string[]}::text[])
            and not exists (select from import_items g where g.import_id = m.id and g.state in ('stored', 'duplicate'))
        ) as refused,
        (select i.name from import_items i where i.import_id = m.id and i.state in ('stored', 'duplicate')
          order by i.slot desc nulls last, i.id desc limit 1) as newest
      from imports m where m.id = ${importId} and m.pull_source_id is not null
    ), noted as (
      update pull_sources p set last_pull_timestamp = now(), updated_at = now(),
        last_pulled_filename = coalesce(run.newest, p.last_pulled_filename),
        auth_failures = case when run.refused then p.auth_failures + 1 when run.state = 'completed' then 0 else p.auth_failures end,
        is_active = p.is_active and not (run.refused and p.auth_failures + 1 >= ${AUTH_FAILURES}),
        paused_reason = case when run.refused and p.is_active and p.auth_failures + 1 >= ${AUTH_FAILURES}
          then 'auth_failed' else p.paused_reason end,
        revision = p.revision + case when run.refused and p.auth_failures + 1 >= ${AUTH_FAILURES} then 1 else 0 end
      from run where p.id = run.pull_source_id
      returning p.id, p.tenant_id, p.paused_reason, p.is_active, run.id as import_id, run.refused
    ), parked as (
      select * from noted where refused and not is_active and paused_reason is not null
    ), told as (
      insert into feed_events (tenant_id, kind, import_id, subject_id, detail)
      select tenant_id, 'source.parked', import_id, id, jsonb_build_object('reason', paused_reason) from parked
    )
    insert into events (tenant_id, import_id, kind, detail)
    select tenant_id, import_id, 'pull_source.paused', jsonb_build_object('pull_source', id, 'reason', paused_reason)
    from parked`;
}
