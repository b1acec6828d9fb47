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
  /** What its client was told once it was complete and stored. */
  result: Json;
  createdAt: Date;
}

/** How long a finished upload can be asked about. */
const RESULT_DAYS = 7;

export async function addResumableUpload(
  sql: Sql,
  upload: Omit<ResumableUpload, 'result' | 'createdAt'>,
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
    select id, tenant_id as "tenantId", name, archive, metadata, bytes, result, created_at as "createdAt"
    from resumable_uploads where id = ${id}`;
  return row ?? null;
}

export async function declareLength(sql: Sql, id: string, bytes: number): Promise<void> {
  await sql`update resumable_uploads set bytes = ${bytes} where id = ${id} and bytes is null`;
}

/** Notes what the client is told; the first word stays. */
export async function finishResumableUpload(tx: Sql, id: string, result: Json): Promise<void> {
  await tx`
    update resumable_uploads set result = ${tx.json(result)}, finished_at = now() where id = ${id} and result is null`;
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
