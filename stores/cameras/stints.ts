import type { CaptureOrder, SessionState, SessionWanted } from '../../domain/camera.ts';
import type { Sql } from '../postgres/database.ts';

/** The camera as whoever captures it needs it. */
export interface CapturedCamera {
  id: string;
  tenantId: string;
  key: string;
  name: string;
  timezone: string | null;
  latitude: number | null;
  longitude: number | null;
  /** Canonical, without user name and password. */
  address: string;
  credentialId: string | null;
}

/** A session as whoever carries it on needs it. `camera` has the address and the credentials of the session. */
export interface Stint {
  sessionId: string;
  camera: CapturedCamera;
  order: CaptureOrder;
  state: SessionState;
  /** What is wanted of it; a camera that was switched off pauses its sessions, one that was deleted stops them. */
  wanted: SessionWanted;
  frames: number;
  /** Milliseconds since it began; 0 before that. */
  ageMs: number;
  lastFrameAt: Date | null;
}

const stintColumns = (sql: Sql) => sql`
  s.id as "sessionId", s."order", s.state, s.frames, s.last_frame_at as "lastFrameAt",
  case when c.deleted_at is not null then 'stopped' when s.wanted = 'run' and not c.enabled then 'paused' else s.wanted
    end as wanted,
  coalesce(extract(epoch from now() - s.started_at) * 1000, 0)::float8 as "ageMs",
  jsonb_build_object('id', c.id, 'tenantId', c.tenant_id, 'key', c.key, 'name', c.name, 'timezone', c.timezone,
    'latitude', c.latitude, 'longitude', c.longitude, 'address', coalesce(s.address, c.address),
    'credentialId', case when s.address is null then c.credential_id else s.credential_id end) as camera`;

/** @returns `null`: there is no such session, or it has ended */
export async function readStint(sql: Sql, sessionId: string): Promise<Stint | null> {
  const [row] = await sql<Stint[]>`
    select ${stintColumns(sql)} from capture_sessions s join cameras c on c.id = s.camera_id
    where s.id = ${sessionId} and s.ended_at is null`;
  return row ?? null;
}

/** The same at the beginning of its work: from here on its time runs. */
export async function beginSession(sql: Sql, sessionId: string): Promise<Stint | null> {
  await sql`
    update capture_sessions set started_at = now(), updated_at = now()
    where id = ${sessionId} and started_at is null and ended_at is null`;
  return readStint(sql, sessionId);
}

/** A camera that nobody has deleted, with its own address and credentials. */
export async function readCapturedCamera(
  sql: Sql,
  cameraId: string,
): Promise<(CapturedCamera & { order: Partial<CaptureOrder>; watched: boolean }) | null> {
  const [row] = await sql<(CapturedCamera & { order: Partial<CaptureOrder>; watched: boolean })[]>`
    select id, tenant_id as "tenantId", key, name, timezone, latitude, longitude, address,
      credential_id as "credentialId", defaults as order, coalesce(live_until > now(), false) as watched
    from cameras where id = ${cameraId} and deleted_at is null`;
  return row ?? null;
}

/** What its state is now, until a picture or a failure says otherwise. */
export async function setSessionState(
  sql: Sql,
  sessionId: string,
  state: Extract<SessionState, 'connecting' | 'capturing'>,
): Promise<void> {
  await sql`
    update capture_sessions set state = ${state}, next_try_at = null, updated_at = now()
    where id = ${sessionId} and ended_at is null`;
}
