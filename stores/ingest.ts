import type { FailureType } from '../domain/failures.ts';
import { storable, storableShort } from '../domain/text.ts';
import type { Sql } from './postgres/database.ts';

/** A file that has no item by now will never get one: the process that took it was killed, and its client knows. */
const INTERRUPTED_MINUTES = 15;

export interface NewIngest {
  tenantId: string;
  cameraId: string;
  /** In the order they came; `reason`: refused, and why. */
  frames: readonly { name: string; reason: FailureType | null; detail: string | null }[];
}

export interface FrameRow {
  id: string;
  name: string;
  tenantId: string;
  itemId: number | null;
  importId: string | null;
  itemState: string | null;
  reason: string | null;
  detail: string | null;
  assetId: number | null;
  assetUid: string | null;
  assetState: string | null;
  bytes: number | null;
  sha256: string | null;
  mediaType: string | null;
  width: number | null;
  height: number | null;
  capturedAt: Date | null;
  exif: Record<string, unknown> | null;
}

export interface IngestRow {
  id: string;
  cameraId: string;
  sourceType: 'upload';
  createdAt: Date;
  updatedAt: Date;
  frames: FrameRow[];
}

/** Records a request. @returns its id and those of its frames, in their order */
export async function createIngest(tx: Sql, input: NewIngest): Promise<{ id: string; frames: string[] }> {
  const [request] = await tx<{ id: string }[]>`
    insert into ingest_requests (tenant_id, source_type, camera_id)
    values (${input.tenantId}, 'upload', ${storable(input.cameraId)}) returning id`;
  if (request === undefined) throw new Error('The insert of a request returned no row.');
  const rows = input.frames.map(({ name, reason, detail }, position) => ({
    position,
    name: storableShort(name),
    reason,
    detail: detail === null ? null : storableShort(detail),
  }));
  const frames = await tx<{ id: string; position: number }[]>`
    insert into ingest_frames (tenant_id, request_id, position, name, reason, detail)
    select ${input.tenantId}, ${request.id}, position, name, reason, detail
    from jsonb_to_recordset(${tx.json(rows)}) as t(position int, name text, reason text, detail text)
    returning id, position`;
  return { id: request.id, frames: frames.sort((a, b) => a.position - b.position).map(({ id }) => id) };
}

export async function giveFrame(tx: Sql, frameId: string, itemId: number): Promise<void> {
  await tx`update ingest_frames set item_id = ${itemId} where id = ${frameId}`;
}

export async function refuseFrame(
  sql: Sql,
  frameId: string,
  failure: { type: FailureType; message: string },
): Promise<void> {
  await sql`
    update ingest_frames set reason = ${failure.type}, detail = ${storableShort(failure.message)}
    where id = ${frameId} and item_id is null`;
}

/** A request with what has become of its frames. */
export async function findIngest(sql: Sql, id: string): Promise<IngestRow | null> {
  const [request] = await sql<Omit<IngestRow, 'frames'>[]>`
    select r.id, r.camera_id as "cameraId", r.source_type as "sourceType", r.created_at as "createdAt",
      greatest(r.created_at, max(i.updated_at), max(a.updated_at)) as "updatedAt"
    from ingest_requests r
    left join ingest_frames f on f.request_id = r.id
    left join import_items i on i.id = f.item_id
    left join assets a on a.id = i.asset_id
    where r.id = ${id} group by r.id`;
  if (request === undefined) return null;
  const frames = await sql<FrameRow[]>`
    select f.id, f.name, f.tenant_id as "tenantId", i.id as "itemId", i.import_id as "importId", i.state as "itemState",
      coalesce(f.reason, case when f.item_id is not null then coalesce(a.reason, nullif(i.reason, 'known_content'))
        when f.created_at < now() - ${INTERRUPTED_MINUTES} * interval '1 minute' then 'internal_error' end) as reason,
      coalesce(f.detail, a.detail, i.detail) as detail,
      a.id as "assetId", a.uid as "assetUid", a.state as "assetState", a.bytes, encode(a.sha256, 'hex') as sha256,
      a.media_type as "mediaType", a.width, a.height, a.captured_at as "capturedAt", a.exif
    from ingest_frames f
    left join import_items i on i.id = f.item_id
    left join assets a on a.id = i.asset_id
    where f.request_id = ${id} order by f.position`;
  return { ...request, frames };
}
