import type { CaptureOrder, SessionState, SessionWanted } from '../../domain/camera.ts';
import { announce } from '../feed/announce.ts';
import { enqueue } from '../outbox.ts';
import type { Sql } from '../postgres/database.ts';

export interface NewSession {
  tenantId: string;
  cameraId: string;
  order: CaptureOrder;
  /** Where the request named another address than the camera's. */
  elsewhere?: { address: string; credentialId: string | null };
  windowId?: string;
}

export interface CaptureSession {
  id: string;
  tenantId: string;
  cameraId: string;
  cameraKey: string;
  cameraName: string;
  /** `null`: that of the camera. */
  address: string | null;
  credentialId: string | null;
  order: CaptureOrder;
  state: SessionState;
  wanted: SessionWanted;
  frames: number;
  dropped: number;
  unchanged: number;
  reconnects: number;
  firstFrameAt: Date | null;
  lastFrameAt: Date | null;
  nextTryAt: Date | null;
  failureType: string | null;
  failureDetail: string | null;
  windowId: string | null;
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  updatedAt: Date;
}

const columns = (sql: Sql) => sql`
  s.id, s.tenant_id as "tenantId", s.camera_id as "cameraId", c.key as "cameraKey", c.name as "cameraName", s.address,
  s.credential_id as "credentialId", s."order", s.state, s.wanted, s.frames, s.dropped, s.unchanged, s.reconnects,
  s.first_frame_at as "firstFrameAt", s.last_frame_at as "lastFrameAt", s.next_try_at as "nextTryAt",
  s.failure_type as "failureType", s.failure_detail as "failureDetail", s.window_id as "windowId",
  s.created_at as "createdAt", s.started_at as "startedAt", s.ended_at as "endedAt", s.updated_at as "updatedAt"`;

/** Records a session; its workflow begins as soon as Temporal hears of it. @returns its id */
export async function createSession(tx: Sql, input: NewSession): Promise<string> {
  const { tenantId, cameraId, elsewhere } = input;
  const [row] = await tx<{ id: string }[]>`
    insert into capture_sessions (tenant_id, camera_id, address, credential_id, "order", window_id)
    values (${tenantId}, ${cameraId}, ${elsewhere?.address ?? null}, ${elsewhere?.credentialId ?? null},
      ${tx.json({ ...input.order })}, ${input.windowId ?? null})
    returning id`;
  if (row === undefined) throw new Error('The insert of a session returned no row.');
  await enqueue(tx, { kind: 'run-capture', tenantId, subjectId: row.id });
  await announce(tx, { kind: 'camera.session_started', tenantId, cameraId, subjectId: row.id });
  return row.id;
}

export async function findSession(sql: Sql, id: string): Promise<CaptureSession | null> {
  const [row] = await sql<CaptureSession[]>`
    select ${columns(sql)} from capture_sessions s join cameras c on c.id = s.camera_id where s.id = ${id}`;
  return row ?? null;
}

export interface SessionFilter {
  cameraId: string;
  /** Of these states only. */
  states?: readonly SessionState[] | undefined;
}

/** Newest first. */
export async function listSessions(
  sql: Sql,
  { cameraId, states }: SessionFilter,
  page: { limit: number; offset: number },
): Promise<{ sessions: CaptureSession[]; total: number }> {
  const where = sql`s.camera_id = ${cameraId}
    ${states === undefined ? sql`` : sql`and s.state = any(${states as string[]}::text[])`}`;
  const [count] = await sql<{ total: number }[]>`
    select count(*) as total from capture_sessions s where ${where}`;
  const sessions = await sql<CaptureSession[]>`
    select ${columns(sql)} from capture_sessions s join cameras c on c.id = s.camera_id where ${where}
    order by s.created_at desc, s.id limit ${page.limit} offset ${page.offset}`;
  return { sessions, total: count?.total ?? 0 };
}

/** Until the transaction ends nobody else moves it. */
async function lockOpen(tx: Sql, id: string): Promise<{ tenantId: string } | null> {
  const [row] = await tx<{ tenantId: string }[]>`
    select tenant_id as "tenantId" from capture_sessions where id = ${id} and ended_at is null for update`;
  return row ?? null;
}

/**
 * Says what a person wants of a session; its workflow does it. Wanting again what is wanted has it look again, which
 * also ends a wait for help. @returns whether it is open; one that has ended stays as it is
 */
export async function setWanted(tx: Sql, id: string, wanted: SessionWanted): Promise<boolean> {
  const open = await lockOpen(tx, id);
  if (open === null) return false;
  await tx`update capture_sessions set wanted = ${wanted}, updated_at = now() where id = ${id}`;
  await enqueue(tx, { kind: 'capture-changed', tenantId: open.tenantId, subjectId: id });
  return true;
}

/** Has it go on by another order. @returns whether it is open */
export async function changeOrder(tx: Sql, id: string, order: CaptureOrder): Promise<boolean> {
  const open = await lockOpen(tx, id);
  if (open === null) return false;
  await tx`update capture_sessions set "order" = ${tx.json({ ...order })}, updated_at = now() where id = ${id}`;
  await enqueue(tx, { kind: 'capture-changed', tenantId: open.tenantId, subjectId: id });
  return true;
}
