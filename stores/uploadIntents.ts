import { storableShort } from '../domain/text.ts';
import { incomingKey } from './objects/keys.ts';
import type { ObjectStore } from './objects/objectStore.ts';
import type { Database, Sql } from './postgres/database.ts';

/** Time after the end of an address in which an upload that began before may finish. */
const LATE_HOURS = 6;
/** How long the answer to a finished upload can be asked for again. */
const REMEMBERED_DAYS = 7;

export interface IntendedUpload {
  tenantId: string;
  name: string;
  bytes: number;
  mediaType: string;
  /** Lower-case hex, when the client knows it. */
  sha256: string | null;
  seconds: number;
}

export interface UploadIntent extends Omit<IntendedUpload, 'seconds'> {
  id: string;
  tenantName: string;
  expiresAt: Date;
  /** `null`: not finished yet. */
  result: { assetId: number; jobId: number; duplicate: boolean; sha256: string } | null;
}

export async function createIntent(
  sql: Sql,
  upload: IntendedUpload,
): Promise<{ id: string; expiresAt: Date }> {
  const [row] = await sql<{ id: string; expiresAt: Date }[]>`
    insert into upload_intents (tenant_id, name, bytes, media_type, sha256, expires_at)
    values (${upload.tenantId}, ${storableShort(upload.name)}, ${upload.bytes}, ${upload.mediaType},
      decode(${upload.sha256}::text, 'hex'), now() + ${upload.seconds} * interval '1 second')
    returning id, expires_at as "expiresAt"`;
  if (row === undefined) throw new Error('An insert returned no row.');
  return row;
}

export async function findIntent(sql: Sql, id: string): Promise<UploadIntent | null> {
  const [row] = await sql<(Omit<UploadIntent, 'result'> & { result: UploadIntent['result'] })[]>`
    select u.id, u.tenant_id as "tenantId", t.name as "tenantName", u.name, u.bytes, u.media_type as "mediaType",
      encode(u.sha256, 'hex') as sha256, u.expires_at as "expiresAt",
      case when u.completed_at is not null and u.asset_id is not null then jsonb_build_object('assetId', u.asset_id,
        'jobId', u.job_id, 'duplicate', u.duplicate, 'sha256', encode(u.content_hash, 'hex')) end as result
    from upload_intents u join tenants t on t.id = u.tenant_id where u.id = ${id}`;
  return row ?? null;
}

export async function completeIntent(
  sql: Sql,
  id: string,
  result: NonNullable<UploadIntent['result']>,
): Promise<void> {
  await sql`
    update upload_intents set asset_id = ${result.assetId}, job_id = ${result.jobId}, duplicate = ${result.duplicate},
      content_hash = decode(${result.sha256}, 'hex'), completed_at = now()
    where id = ${id} and completed_at is null`;
}

/** Forgets uploads that nobody finished, and their bytes. @returns how many */
export async function sweepIntents(db: Database, objects: ObjectStore): Promise<number> {
  const late = await db.run(
    (sql) => sql<{ id: string; tenantId: string; open: boolean }[]>`
      select id, tenant_id as "tenantId", completed_at is null as open from upload_intents
      where expires_at < now() - ${LATE_HOURS} * interval '1 hour'
        and (completed_at is null or completed_at < now() - ${REMEMBERED_DAYS} * interval '1 day')
      order by expires_at limit 1000`,
  );
  // The bytes first: as long as the row is there, somebody knows of them.
  for (const { id, tenantId } of late) await objects.delete(incomingKey(tenantId, id));
  await db.run((sql) => sql`delete from upload_intents where id = any(${late.map(({ id }) => id)}::uuid[])`);
  return late.filter(({ open }) => open).length;
}
