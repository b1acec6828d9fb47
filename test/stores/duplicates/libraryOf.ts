import { createHash, randomUUID } from 'node:crypto';
import type { Database, Sql } from '../../../stores/postgres/database.ts';
import { ensureTenant } from '../../../stores/tenants.ts';

export interface Pictured {
  phash: string;
  width?: number;
  bytes?: number;
  camera?: string;
}

/** Ready assets with the given hashes, as the pipeline leaves them before their place among the groups is found. */
export async function libraryOf(
  db: Database,
  pictures: readonly Pictured[],
): Promise<{ tenantId: string; ids: number[] }> {
  const { id: tenantId } = await db.run((sql) => ensureTenant(sql, randomUUID()));
  return { tenantId, ids: await db.run((sql) => addPictures(sql, tenantId, pictures)) };
}

export async function addPictures(
  sql: Sql,
  tenantId: string,
  pictures: readonly Pictured[],
): Promise<number[]> {
  const rows = pictures.map(({ phash, width, bytes, camera }) => ({
    phash,
    width: width ?? 100,
    bytes: bytes ?? 1_000,
    camera: camera ?? null,
    sha256: createHash('sha256').update(randomUUID()).digest('hex'),
  }));
  const made = await sql<{ id: number }[]>`
    insert into assets (tenant_id, sha256, dropbox_hash, bytes, name, media_type, source_kind, claim, state, phash, width, height,
      camera_model, ready_at, original_stored_at)
    select ${tenantId}, decode(r.sha256, 'hex'), decode(r.sha256, 'hex'), r.bytes, 'x.jpg', 'image/jpeg', 'upload', gen_random_uuid(), 'ready',
      ('x' || r.phash)::bit(64), r.width, r.width, r.camera, now(), now()
    from jsonb_to_recordset(${sql.json(rows)}) as r(phash text, width int, bytes bigint, camera text, sha256 text)
    returning id`;
  return made.map(({ id }) => id).toSorted((a, b) => a - b);
}
