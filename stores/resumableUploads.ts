import { storable, storableShort } from '../domain/text.ts';
import type { Json } from '../sources/source.ts';
import type { Sql } from './postgres/database.ts';

/** An upload that arrives in pieces. */
export interface ResumableUpload {
  id: string;
  tenantId: string;
  name: string;
  archive: boolean;
  /** As the client gave it. */
  metadata: Record<string, string | null>;
  /** `null`: not known yet. */
  bytes: number | null;
  /** A request writes to it. */
  writing: boolean;
  /** What its client was told once it was complete and stored. */
  result: Json;
  createdAt: Date;
}

/** How long a finished upload can be asked about. */
const RESULT_DAYS = 7;

export async function addResumableUpload(
  sql: Sql,
  upload: Omit<ResumableUpload, 'result' | 'writing' | 'createdAt'>,
): Promise<void> {
  const metadata = Object.fromEntries(
    Object.entries(upload.metadata).map(([key, value]) => [
      storable(key),
      value === null ? null : storable(value),
    ]),
  );
  await sql`
    insert into resumable_uploads (id, tenant_id, name, archive, metadata, bytes)
    values (${upload.id}, ${upload.tenantId}, ${storableShort(upload.name)}, ${upload.archive},
      ${sql.json(metadata)}, ${upload.bytes})`;
}

export async function findResumableUpload(sql: Sql, id: string): Promise<ResumableUpload | null> {
  const [row] = await sql<ResumableUpload[]>`
    select id, tenant_id as "tenantId", name, archive, metadata, bytes, result, created_at as "createdAt",
      coalesce(writer_until > now(), false) as writing
    from resumable_uploads where id = ${id}`;
  return row ?? null;
}

export async function declareLength(sql: Sql, id: string, bytes: number): Promise<void> {
  await sql`update resumable_uploads set bytes = ${bytes} where id = ${id} and bytes is null`;
}

/** Notes what the client is told; the first word stays. @returns whether it was the first */
export async function finishResumableUpload(tx: Sql, id: string, result: Json): Promise<boolean> {
  const rows = await tx`
    update resumable_uploads set result = ${tx.json(result)}, finished_at = now()
    where id = ${id} and result is null returning id`;
  return rows.length === 1;
}

/**
 * Lets one request write to an upload for some seconds, or asks the one that does to let go. What is not there can be had
 * by everybody.
 * @returns whether it is the caller's now
 */
export async function claimUpload(
  sql: Sql,
  id: string,
  writer: string,
  leaseSeconds: number,
): Promise<boolean> {
  const [row] = await sql<{ free: boolean }[]>`
    update resumable_uploads u set wanted = not before.free,
      writer = case when before.free then ${writer}::uuid else u.writer end,
      writer_until = case when before.free then now() + ${leaseSeconds} * interval '1 second' else u.writer_until end
    from (
      select id, writer is null or writer_until < now() as free from resumable_uploads where id = ${id} for update
    ) before
    where u.id = before.id returning before.free`;
  return row?.free ?? true;
}

/** Says that a request still writes. @returns whether it may go on: nobody waits for it, or has taken its place */
export async function keepUpload(
  sql: Sql,
  id: string,
  writer: string,
  leaseSeconds: number,
): Promise<boolean> {
  const [row] = await sql<{ mayGoOn: boolean }[]>`
    update resumable_uploads set writer_until = case when writer = ${writer} then now() + ${leaseSeconds} * interval '1 second'
      else writer_until end
    where id = ${id} returning writer is not distinct from ${writer}::uuid and not wanted as "mayGoOn"`;
  return row?.mayGoOn ?? true;
}

export async function leaveUpload(sql: Sql, id: string, writer: string): Promise<void> {
  await sql`
    update resumable_uploads set writer = null, writer_until = null, wanted = false
    where id = ${id} and writer = ${writer}`;
}

export async function dropResumableUpload(sql: Sql, id: string): Promise<void> {
  await sql`delete from resumable_uploads where id = ${id}`;
}

/** Uploads whose pieces may still be coming, or that wait to be stored; the oldest first. */
export async function openResumableUploads(sql: Sql): Promise<Pick<ResumableUpload, 'id' | 'bytes'>[]> {
  return sql<Pick<ResumableUpload, 'id' | 'bytes'>[]>`
    select id, bytes from resumable_uploads where result is null order by created_at limit 10000`;
}

/** Forgets uploads that nobody went on with, and answers that nobody asks for any more. @returns what was unfinished */
export async function expireResumableUploads(sql: Sql, unfinishedHours: number): Promise<string[]> {
  const rows = await sql<{ id: string; unfinished: boolean }[]>`
    delete from resumable_uploads
    where (result is null and created_at < now() - ${unfinishedHours} * interval '1 hour')
      or finished_at < now() - ${RESULT_DAYS} * interval '1 day'
    returning id, result is null as unfinished`;
  return rows.filter((row) => row.unfinished).map(({ id }) => id);
}
