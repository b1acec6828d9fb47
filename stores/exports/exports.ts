import { EXPORT_DAYS, type ExportFormat, type ExportState } from '../../domain/export.ts';
import type { FailureType } from '../../domain/failures.ts';
import { storableShort } from '../../domain/text.ts';
import { announce } from '../feed/announce.ts';
import { type ImageFilter, imagesOf, matching } from '../finding/filter.ts';
import { hold, letGo } from '../looseObjects.ts';
import { enqueue } from '../outbox.ts';
import type { Database, Sql } from '../postgres/database.ts';

export interface ExportRow {
  id: string;
  tenantId: string;
  tenantName: string;
  format: ExportFormat;
  options: Record<string, unknown>;
  selection: Record<string, unknown>;
  state: ExportState;
  images: number;
  /** Images whose parts are collected. */
  collected: number;
  leftOut: Record<string, number>;
  objectKey: string | null;
  bytes: number | null;
  sha256: string | null;
  errorType: FailureType | null;
  errorDetail: string | null;
  createdAt: Date;
  updatedAt: Date;
  finishedAt: Date | null;
  expiresAt: Date | null;
}

export interface NewExport {
  format: ExportFormat;
  options: object;
  /** What the person asked for, to show it again. */
  selection: object;
  filter: ImageFilter;
}

const columns = (sql: Sql) => sql`
  e.id, e.tenant_id as "tenantId", t.name as "tenantName", e.format, e.options, e.selection, e.state, e.images,
  (select coalesce(sum(p.images), 0) from export_parts p where p.export_id = e.id) as collected,
  e.left_out as "leftOut", e.object_key as "objectKey", e.bytes, encode(e.sha256, 'hex') as sha256,
  e.error_type as "errorType", e.error_detail as "errorDetail", e.created_at as "createdAt",
  e.updated_at as "updatedAt", e.finished_at as "finishedAt", e.expires_at as "expiresAt"`;

/**
 * Settles which images an export is of, and asks for its workflow. They are put in order by place, camera and time, so
 * that what belongs together is read together.
 */
export async function createExport(
  tx: Sql,
  { format, options, selection, filter }: NewExport,
): Promise<{ id: string; images: number }> {
  const [row] = await tx<{ id: string }[]>`
    insert into exports (tenant_id, format, options, selection, images)
    values (${filter.tenantId}, ${format}, ${tx.json(options as never)}, ${tx.json(selection as never)}, 0)
    returning id`;
  if (row === undefined) throw new Error('The insert of an export returned no row.');
  const frozen = await tx`
    insert into export_images (export_id, tenant_id, position, asset_id)
    select ${row.id}, a.tenant_id, row_number() over (order by a.location_id, a.camera_key, a.taken_order, a.id), a.id
    from ${imagesOf(tx, filter.status)} where ${matching(tx, filter)}`;
  await tx`update exports set images = ${frozen.count} where id = ${row.id}`;
  await enqueue(tx, { tenantId: filter.tenantId, kind: 'run-export', subjectId: row.id });
  return { id: row.id, images: frozen.count };
}

/** @param tenantId of whom it must be */
export async function findExport(
  sql: Sql,
  id: string,
  tenantId: string | null = null,
): Promise<ExportRow | null> {
  const [row] = await sql<ExportRow[]>`
    select ${columns(sql)} from exports e join tenants t on t.id = e.tenant_id
    where e.id = ${id} and (${tenantId}::uuid is null or e.tenant_id = ${tenantId})`;
  return row ?? null;
}

/** The latest first, and how many there are. */
export async function listExports(
  sql: Sql,
  { tenantId, limit, offset }: { tenantId: string; limit: number; offset: number },
): Promise<{ exports: ExportRow[]; total: number }> {
  const exports = await sql<ExportRow[]>`
    select ${columns(sql)} from exports e join tenants t on t.id = e.tenant_id
    where e.tenant_id = ${tenantId} order by e.created_at desc, e.id limit ${limit} offset ${offset}`;
  const [count] = await sql<{ total: number }[]>`
    select count(*) as total from exports where tenant_id = ${tenantId}`;
  return { exports, total: count?.total ?? 0 };
}

/** Goes on to a state. @returns the export; `null`: it is over, or gone */
export async function enterState(
  sql: Sql,
  id: string,
  state: 'collecting' | 'writing',
): Promise<{ images: number } | null> {
  const [row] = await sql<{ images: number }[]>`
    update exports set state = ${state}, updated_at = now()
    where id = ${id} and state in ('pending', 'collecting', 'writing') returning images`;
  return row ?? null;
}

export interface WrittenFile {
  key: string;
  bytes: number;
  sha256: string;
  leftOut: Record<string, number>;
}

/** Gives an export its file, and lets go of its parts. @returns `false`: it is over, or gone */
export async function completeExport(tx: Sql, id: string, file: WrittenFile): Promise<boolean> {
  const [row] = await tx<{ tenantId: string }[]>`
    update exports set state = 'completed', object_key = ${file.key}, bytes = ${file.bytes},
      sha256 = decode(${file.sha256}, 'hex'), left_out = ${tx.json(file.leftOut)}, updated_at = now(),
      finished_at = now(), expires_at = now() + ${EXPORT_DAYS} * interval '1 day'
    where id = ${id} and state = 'writing' returning tenant_id as "tenantId"`;
  if (row === undefined) return false;
  if (!(await hold(tx, [file.key])))
    throw new Error('The file of an export was swept before its row held it.');
  await dropParts(tx, id, row.tenantId);
  await announce(tx, { kind: 'export.completed', tenantId: row.tenantId, subjectId: id });
  return true;
}

/** Ends an export without a file. One that is over stays as it is. */
export async function endExport(
  tx: Sql,
  id: string,
  end: { state: 'cancelled' } | { state: 'failed'; type: FailureType; detail: string },
): Promise<void> {
  const error = end.state === 'failed' ? end : null;
  const [row] = await tx<{ tenantId: string }[]>`
    update exports set state = ${end.state}, error_type = ${error?.type ?? null},
      error_detail = ${error === null ? null : storableShort(error.detail)}, updated_at = now(), finished_at = now()
    where id = ${id} and state in ('pending', 'collecting', 'writing') returning tenant_id as "tenantId"`;
  if (row === undefined) return;
  await dropParts(tx, id, row.tenantId);
  if (error === null) return;
  const detail = { type: error.type };
  await announce(tx, { kind: 'export.failed', tenantId: row.tenantId, subjectId: id, detail });
}

async function dropParts(tx: Sql, id: string, tenantId: string): Promise<void> {
  const parts = await tx<{ key: string }[]>`
    delete from export_parts where export_id = ${id} returning object_key as key`;
  const keys = parts.map(({ key }) => key);
  if (keys.length > 0) await letGo(tx, tenantId, keys);
  // Nobody needs to know any more which images they were.
  await tx`delete from export_images where export_id = ${id}`;
}

/** Lets go of a file. @returns `false`: there is none */
export async function dropFile(tx: Sql, id: string): Promise<boolean> {
  const [row] = await tx<{ tenantId: string; key: string }[]>`
    with had as (select id, tenant_id, object_key from exports where id = ${id} and state = 'completed' for update)
    update exports e set state = 'expired', object_key = null, updated_at = now() from had where e.id = had.id
    returning had.tenant_id as "tenantId", had.object_key as key`;
  if (row === undefined) return false;
  await letGo(tx, row.tenantId, [row.key]);
  return true;
}

/** Lets go of the files that were kept long enough. */
export async function expireExports(db: Database): Promise<void> {
  const due = await db.run(
    (sql) => sql<{ id: string }[]>`
      select id from exports where state = 'completed' and expires_at < now() limit 1000`,
  );
  for (const { id } of due) await db.tx((tx) => dropFile(tx, id));
}
