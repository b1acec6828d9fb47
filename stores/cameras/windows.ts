import type { PartialOrder } from '../../domain/camera.ts';
import type { Sql } from '../postgres/database.ts';

/** What a person says of a window. */
export interface WindowInput {
  name: string;
  /** `HH:MM`, `sunrise`, `sunset+01:00`, …: see domain/captureWindow.ts. */
  fromSpec: string;
  toSpec: string;
  /** ISO 8601: 1 is Monday. */
  days: number[];
  order: PartialOrder;
  enabled: boolean;
}

export interface CaptureWindow extends WindowInput {
  id: string;
  tenantId: string;
  cameraId: string;
  createdAt: Date;
  updatedAt: Date;
}

const columns = (sql: Sql) => sql`
  id, tenant_id as "tenantId", camera_id as "cameraId", name, from_spec as "fromSpec", to_spec as "toSpec", days, "order",
  enabled, created_at as "createdAt", updated_at as "updatedAt"`;

const values = (tx: Sql, input: WindowInput) => ({
  name: input.name,
  from_spec: input.fromSpec,
  to_spec: input.toSpec,
  days: input.days,
  order: tx.json(input.order as Record<string, never>),
  enabled: input.enabled,
});

export async function createWindow(
  tx: Sql,
  camera: { id: string; tenantId: string },
  input: WindowInput,
): Promise<CaptureWindow> {
  const row = { camera_id: camera.id, tenant_id: camera.tenantId, ...values(tx, input) };
  const [made] = await tx<CaptureWindow[]>`insert into capture_windows ${tx(row)} returning ${columns(tx)}`;
  if (made === undefined) throw new Error('The insert of a window returned no row.');
  return made;
}

export async function changeWindow(tx: Sql, id: string, input: WindowInput): Promise<CaptureWindow | null> {
  const [row] = await tx<CaptureWindow[]>`
    update capture_windows set ${tx(values(tx, input))}, revision = revision + 1, updated_at = now()
    where id = ${id} and deleted_at is null returning ${columns(tx)}`;
  return row ?? null;
}

/** A session that it began goes on. @returns whether there was one */
export async function removeWindow(sql: Sql, cameraId: string, id: string): Promise<boolean> {
  const rows = await sql`
    update capture_windows set deleted_at = now(), enabled = false, revision = revision + 1, updated_at = now()
    where id = ${id} and camera_id = ${cameraId} and deleted_at is null returning id`;
  return rows.length === 1;
}

export async function findWindow(sql: Sql, id: string): Promise<CaptureWindow | null> {
  const [row] = await sql<CaptureWindow[]>`
    select ${columns(sql)} from capture_windows where id = ${id} and deleted_at is null`;
  return row ?? null;
}

export async function listWindows(sql: Sql, cameraId: string): Promise<CaptureWindow[]> {
  return sql<CaptureWindow[]>`
    select ${columns(sql)} from capture_windows where camera_id = ${cameraId} and deleted_at is null
    order by created_at, id`;
}

/** Has the windows of a camera looked at again: it moved, or was switched on. */
export async function rescheduleWindows(tx: Sql, cameraId: string): Promise<void> {
  await tx`
    update capture_windows set revision = revision + 1, updated_at = now()
    where camera_id = ${cameraId} and deleted_at is null`;
}

/** A window whose schedule in Temporal is behind what its row says. */
export interface UnscheduledWindow {
  id: string;
  tenantId: string;
  revision: number;
  /** Of its camera. */
  timezone: string | null;
  active: boolean;
  deleted: boolean;
}

export async function takeUnscheduledWindows(sql: Sql, limit: number): Promise<UnscheduledWindow[]> {
  return sql<UnscheduledWindow[]>`
    select w.id, c.tenant_id as "tenantId", w.revision, c.timezone, w.enabled as active, w.deleted_at is not null as deleted
    from capture_windows w join cameras c on c.id = w.camera_id
    where w.revision <> w.scheduled_revision order by w.updated_at limit ${limit}`;
}

export async function markWindowScheduled(sql: Sql, id: string, revision: number): Promise<void> {
  await sql`update capture_windows set scheduled_revision = ${revision} where id = ${id}`;
}

/** Has the schedules made again that Temporal does not have. @returns how many those are */
export async function unscheduleMissingWindows(sql: Sql, there: readonly string[]): Promise<number> {
  const rows = await sql`
    update capture_windows set scheduled_revision = 0
    where deleted_at is null and scheduled_revision <> 0 and not id = any(${there as string[]}::uuid[]) returning id`;
  return rows.length;
}

/** Clocks of processes differ by less. */
const SLACK_S = 60;

/** Whether the window has its session already: one that was begun since, or one that goes on into it. */
export async function wasOpened(tx: Sql, windowId: string, from: Date): Promise<boolean> {
  const [row] = await tx<{ opened: boolean }[]>`
    select exists (select from capture_sessions where window_id = ${windowId}
      and (created_at >= ${from}::timestamptz - ${SLACK_S} * interval '1 second'
        or (ended_at is null and created_at + ("order"->>'durationSeconds')::float8 * interval '1 second'
          > ${from}::timestamptz + ${SLACK_S} * interval '1 second'))) as opened`;
  return row?.opened ?? false;
}
