import type { Schedule } from '../../domain/schedule.ts';
import type { Json } from '../../sources/source.ts';
import { dropCredentials } from '../credentials/credentials.ts';
import type { Sql } from '../postgres/database.ts';
import { ofTenant } from '../tenants.ts';

/** A source that is not pulled: items are pushed to it. */
export const PUSH = 'push';
/** The kind of source that reads what was pushed. */
export const LIST = 'urls';

/** What a person says of a source that is pulled on a schedule. */
export interface PullSourceInput {
  name: string;
  userId: string | null;
  locationId: string | null;
  kind: string;
  /** As it was given. */
  baseUrl: string;
  /** Canonical, without credentials. */
  address: string;
  settings: Json;
  /** The settings beside the address, as they were given. */
  options: Json;
  authType: 'none' | 'basic' | 'header' | 'other';
  authUsername: string | null;
  authHeader: string | null;
  credentialId: string | null;
  isActive: boolean;
  schedule: Schedule;
  timezone: string | null;
  /** `null`: as many as there are. */
  maxFilesPerRun: number | null;
  /** Files changed later than so many seconds ago are left for the next run. */
  settleSeconds: number;
  requestsPerSecond: number | null;
}

export interface PullSource extends PullSourceInput {
  id: string;
  tenantId: string;
  sourceId: string;
  lastPulledFilename: string | null;
  lastPullTimestamp: Date | null;
  authFailures: number;
  /** Why it was paused by itself. */
  pausedReason: string | null;
  lastTest: Json;
  createdAt: Date;
  updatedAt: Date;
  /** Goes up with every change that somebody makes. */
  revision: number;
  /** Its newest run. */
  lastRunId: string | null;
}

export const pullSourceColumns = (sql: Sql) => sql`
  p.id, p.tenant_id as "tenantId", p.source_id as "sourceId", p.name, p.user_id as "userId", p.location_id as "locationId",
  p.kind, p.base_url as "baseUrl", p.address, p.settings, p.options, p.auth_type as "authType",
  p.auth_username as "authUsername", p.auth_header as "authHeader", p.credential_id as "credentialId",
  p.is_active as "isActive", p.schedule, p.timezone, p.max_files_per_run as "maxFilesPerRun",
  p.settle_seconds as "settleSeconds", p.requests_per_second as "requestsPerSecond",
  p.last_pulled_filename as "lastPulledFilename", p.last_pull_timestamp as "lastPullTimestamp",
  p.auth_failures as "authFailures", p.paused_reason as "pausedReason", p.last_test as "lastTest",
  p.created_at as "createdAt", p.revision, p.updated_at as "updatedAt",
  (select m.id from imports m where m.pull_source_id = p.id order by m.created_at desc, m.id limit 1) as "lastRunId"`;

/** The ledger's source for this place: the same place pulled and imported knows its files once. */
async function sourceOf(tx: Sql, tenantId: string, input: PullSourceInput): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into sources (tenant_id, kind, address) values (${tenantId}, ${input.kind === PUSH ? LIST : input.kind}, ${input.address})
    on conflict (tenant_id, kind, md5(address)) do update set address = excluded.address
    returning id`;
  if (row === undefined) throw new Error('An upsert of a source returned no row.');
  return row.id;
}

function values(tx: Sql, input: PullSourceInput) {
  return {
    name: input.name,
    user_id: input.userId,
    location_id: input.locationId,
    kind: input.kind,
    base_url: input.baseUrl,
    address: input.address,
    settings: tx.json(input.settings),
    options: tx.json(input.options),
    auth_type: input.authType,
    auth_username: input.authUsername,
    auth_header: input.authHeader,
    credential_id: input.credentialId,
    is_active: input.isActive,
    schedule: tx.json({ ...input.schedule }),
    timezone: input.timezone,
    max_files_per_run: input.maxFilesPerRun,
    settle_seconds: input.settleSeconds,
    requests_per_second: input.requestsPerSecond,
  };
}

export async function createPullSource(tx: Sql, tenantId: string, input: PullSourceInput): Promise<string> {
  const row = { ...values(tx, input), tenant_id: tenantId, source_id: await sourceOf(tx, tenantId, input) };
  const [made] = await tx<{ id: string }[]>`insert into pull_sources ${tx(row)} returning id`;
  if (made === undefined) throw new Error('The insert of a pull source returned no row.');
  return made.id;
}

/** Replaces what a person said of it. What was counted against it is forgotten: somebody looked after it. */
export async function changePullSource(
  tx: Sql,
  tenantId: string,
  id: string,
  input: PullSourceInput,
): Promise<void> {
  const row = { ...values(tx, input), source_id: await sourceOf(tx, tenantId, input) };
  await tx`
    update pull_sources set ${tx(row)}, revision = revision + 1, auth_failures = 0, paused_reason = null, updated_at = now()
    where id = ${id} and deleted_at is null`;
}

/** @returns whether there is such a source */
export async function togglePullSource(sql: Sql, id: string, isActive: boolean | null): Promise<boolean> {
  const rows = await sql`
    update pull_sources set is_active = coalesce(${isActive}, not is_active), auth_failures = 0, paused_reason = null,
      revision = revision + 1, updated_at = now()
    where id = ${id} and deleted_at is null returning id`;
  return rows.length === 1;
}

/** Its runs and what they brought in stay; its credentials do not. @returns whether there was such a source */
export async function deletePullSource(tx: Sql, id: string): Promise<boolean> {
  const found = await findPullSource(tx, id);
  if (found === null) return false;
  await tx`
    update pull_sources set deleted_at = now(), is_active = false, credential_id = null, revision = revision + 1,
      updated_at = now()
    where id = ${id}`;
  if (found.credentialId !== null) await dropCredentials(tx, found.credentialId);
  return true;
}

export async function findPullSource(sql: Sql, id: string): Promise<PullSource | null> {
  const [row] = await sql<PullSource[]>`
    select ${pullSourceColumns(sql)} from pull_sources p where p.id = ${id} and p.deleted_at is null`;
  return row ?? null;
}

/** Keeps others from changing it until the transaction ends. */
export async function lockPullSource(tx: Sql, id: string): Promise<PullSource | null> {
  const [row] = await tx<PullSource[]>`
    select ${pullSourceColumns(tx)} from pull_sources p where p.id = ${id} and p.deleted_at is null for update of p`;
  return row ?? null;
}

/** @param query.tenant `undefined`: of all tenants */
export async function listPullSources(
  sql: Sql,
  query: { tenant: string | undefined; includeInactive: boolean },
): Promise<PullSource[]> {
  return sql<PullSource[]>`
    select ${pullSourceColumns(sql)} from pull_sources p
    where p.deleted_at is null and (p.is_active or ${query.includeInactive})
      and ${ofTenant(sql, sql`p.tenant_id`, query.tenant)}
    order by p.created_at, p.id`;
}

export async function saveTest(sql: Sql, id: string, report: Json): Promise<void> {
  await sql`update pull_sources set last_test = ${sql.json(report)} where id = ${id}`;
}
