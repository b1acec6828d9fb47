import type { CameraCondition, PartialOrder } from '../../domain/camera.ts';
import { dropCredentials } from '../credentials/credentials.ts';
import { enqueue } from '../outbox.ts';
import type { Sql } from '../postgres/database.ts';

/** What a person says of a camera. */
export interface CameraInput {
  /** What clients call it; unique among the cameras that a tenant has. */
  key: string;
  name: string;
  /** Canonical, without user name and password. */
  address: string;
  credentialId: string | null;
  /** For sessions whose order says nothing. */
  defaults: PartialOrder;
  latitude: number | null;
  longitude: number | null;
  timezone: string | null;
  /** ISO 3166-1 alpha-3; absent: not known. */
  country?: string | null;
  /** The state, in two letters. */
  admin1?: string | null;
  enabled: boolean;
}

export interface Camera extends CameraInput {
  id: string;
  tenantId: string;
  tenantName: string;
  lastFrameAt: Date | null;
  /** Quality flags of its newest pictures. */
  health: string[];
  healthSince: Date | null;
  condition: CameraCondition;
  /** Its newest session that has not ended. */
  currentSessionId: string | null;
  /** Since when it is lost. */
  lostSince: Date | null;
  createdAt: Date;
  updatedAt: Date;
  deletedAt: Date | null;
  /** Goes up with every change that somebody makes. */
  revision: number;
}

/** Sessions of the camera `c` that have not ended, each with the gap in its ledger that is not over. */
const open = (sql: Sql) => sql`
  capture_sessions s left join capture_gaps g on g.session_id = s.id and g.to_at is null
  where s.camera_id = c.id and s.ended_at is null`;

const conditionOf = (sql: Sql) => sql`
  case
    when not c.enabled then 'disabled'
    else coalesce((
      select case
        when bool_or(s.state <> 'paused' and g.id is null) then 'capturing'
        when bool_or(g.reason <> 'paused') then 'lost'
        else 'paused'
      end from ${open(sql)} having count(*) > 0), 'idle')
  end`;

const columns = (sql: Sql) => sql`
  c.id, c.tenant_id as "tenantId", t.name as "tenantName", c.key, c.name, c.address, c.credential_id as "credentialId",
  c.defaults, c.latitude, c.longitude, c.timezone, c.country, c.admin1, c.enabled, c.last_frame_at as "lastFrameAt", c.health,
  c.health_since as "healthSince", c.created_at as "createdAt", c.updated_at as "updatedAt", c.deleted_at as "deletedAt",
  c.revision,
  ${conditionOf(sql)} as condition,
  (select s.id from capture_sessions s where s.camera_id = c.id and s.ended_at is null
    order by s.created_at desc, s.id limit 1) as "currentSessionId",
  case when ${conditionOf(sql)} = 'lost'
    then (select min(g.from_at) filter (where g.reason <> 'paused') from ${open(sql)}) end as "lostSince"`;

const values = (tx: Sql, input: CameraInput) => ({
  key: input.key,
  name: input.name,
  address: input.address,
  credential_id: input.credentialId,
  defaults: tx.json(input.defaults as Record<string, never>),
  latitude: input.latitude,
  longitude: input.longitude,
  timezone: input.timezone,
  country: input.country ?? null,
  admin1: input.admin1 ?? null,
  enabled: input.enabled,
});

/** @returns its id; `null`: the tenant has a camera of that key */
export async function createCamera(tx: Sql, tenantId: string, input: CameraInput): Promise<string | null> {
  const row = { tenant_id: tenantId, ...values(tx, input) };
  const [made] = await tx<{ id: string }[]>`
    insert into cameras ${tx(row)} on conflict (tenant_id, key) where deleted_at is null do nothing returning id`;
  return made?.id ?? null;
}

/** @returns whether it was changed; `false`: the tenant has another camera of that key */
export async function changeCamera(tx: Sql, before: Camera, input: CameraInput): Promise<boolean> {
  const rows = await tx`
    update cameras set ${tx(values(tx, input))}, revision = revision + 1, updated_at = now()
    where id = ${before.id} and deleted_at is null and not exists (
      select from cameras o where o.tenant_id = ${before.tenantId} and o.key = ${input.key} and o.id <> ${before.id}
        and o.deleted_at is null)
    returning id`;
  if (rows.length === 0) return false;
  if (before.credentialId !== null && before.credentialId !== input.credentialId) {
    await dropCredentials(tx, before.credentialId);
  }
  return true;
}

/** Has its open sessions look at its row again. */
export async function tellSessions(tx: Sql, camera: Pick<Camera, 'id' | 'tenantId'>): Promise<void> {
  const open = await tx<{ id: string }[]>`
    select id from capture_sessions where camera_id = ${camera.id} and ended_at is null order by id`;
  for (const { id } of open) {
    await enqueue(tx, { kind: 'capture-changed', tenantId: camera.tenantId, subjectId: id });
  }
}

/** Ends its sessions and windows; its frames and its ledger stay, its credentials do not. @returns whether there was one */
export async function removeCamera(tx: Sql, id: string): Promise<boolean> {
  const found = await findCamera(tx, id);
  if (found === null) return false;
  await tx`
    update cameras set deleted_at = now(), enabled = false, credential_id = null, updated_at = now() where id = ${id}`;
  await tx`
    update capture_windows set deleted_at = now(), enabled = false, revision = revision + 1, updated_at = now()
    where camera_id = ${id} and deleted_at is null`;
  await tx`
    update capture_sessions set wanted = 'stopped', updated_at = now() where camera_id = ${id} and ended_at is null`;
  await tellSessions(tx, found);
  await tx`delete from live_frames where camera_id = ${id}`;
  if (found.credentialId !== null) await dropCredentials(tx, found.credentialId);
  return true;
}

export async function findCamera(sql: Sql, id: string): Promise<Camera | null> {
  const [row] = await sql<Camera[]>`
    select ${columns(sql)} from cameras c join tenants t on t.id = c.tenant_id
    where c.id = ${id} and c.deleted_at is null`;
  return row ?? null;
}

/** Deleted ones, too: their frames and their ledger stay. */
export async function findFormerCamera(sql: Sql, id: string): Promise<Camera | null> {
  const [row] = await sql<Camera[]>`
    select ${columns(sql)} from cameras c join tenants t on t.id = c.tenant_id where c.id = ${id}`;
  return row ?? null;
}

export async function findCameraByKey(sql: Sql, tenantId: string, key: string): Promise<Camera | null> {
  const [row] = await sql<Camera[]>`
    select ${columns(sql)} from cameras c join tenants t on t.id = c.tenant_id
    where c.tenant_id = ${tenantId} and c.key = ${key} and c.deleted_at is null`;
  return row ?? null;
}

/** Until the transaction ends nobody else changes it, gives it a session or calibrates it. */
export async function lockCamera(tx: Sql, id: string): Promise<void> {
  await tx`select id from cameras where id = ${id} for no key update`;
}

export interface CameraFilter {
  tenantId: string;
  key?: string | undefined;
  enabled?: boolean | undefined;
  condition?: CameraCondition | undefined;
  /** Whether its newest pictures have flags. */
  unhealthy?: boolean | undefined;
  /** Part of its name or key. */
  text?: string | undefined;
}

function matching(sql: Sql, filter: CameraFilter) {
  const { key, enabled, condition, unhealthy, text } = filter;
  return sql`
    c.tenant_id = ${filter.tenantId} and c.deleted_at is null
    ${key === undefined ? sql`` : sql`and c.key = ${key}`}
    ${enabled === undefined ? sql`` : sql`and c.enabled = ${enabled}`}
    ${condition === undefined ? sql`` : sql`and ${conditionOf(sql)} = ${condition}`}
    ${unhealthy === undefined ? sql`` : sql`and (c.health <> '{}') = ${unhealthy}`}
    ${text === undefined ? sql`` : sql`and (strpos(lower(c.name), lower(${text})) > 0 or strpos(lower(c.key), lower(${text})) > 0)`}`;
}

export async function listCameras(
  sql: Sql,
  filter: CameraFilter,
  page: { limit: number; offset: number },
): Promise<{ cameras: Camera[]; total: number }> {
  const [count] = await sql<{ total: number }[]>`
    select count(*) as total from cameras c where ${matching(sql, filter)}`;
  const cameras = await sql<Camera[]>`
    select ${columns(sql)} from cameras c join tenants t on t.id = c.tenant_id where ${matching(sql, filter)}
    order by c.name, c.id limit ${page.limit} offset ${page.offset}`;
  return { cameras, total: count?.total ?? 0 };
}

/** Somebody looks at it for the next while: whoever has its connection publishes what it sees. */
export async function keepLive(sql: Sql, id: string, seconds: number): Promise<void> {
  await sql`update cameras set live_until = now() + ${seconds} * interval '1 second' where id = ${id}`;
}
