import type { Promised } from '../bringObject.ts';
import { archiveKey, originalKey } from '../objects/keys.ts';
import type { Sql } from '../postgres/database.ts';

const PAGE = 1_000;

interface Row extends Omit<Promised, 'key'> {
  key: string | null;
  tenantId: string;
  id: string;
  kind: 'original' | 'archive' | 'named';
}

/**
 * Everything that rows promise of the object store: originals, renditions, archives, files of exports and of detections.
 * Not parts of exports that are being made, which are made anew, and not what a client is still sending.
 */
export async function* promisedObjects(sql: Sql): AsyncGenerator<Promised> {
  const rows = sql<Row[]>`
    with kept as (select * from assets
      where original_stored_at is not null and state in ('pending', 'ready', 'trashed', 'failed'))
    select 'original' as kind, null as key, tenant_id as "tenantId", uid as id, bytes, encode(sha256, 'hex') as sha256,
      media_type as "mediaType" from kept
    union all
    select 'named', r.object_key, k.tenant_id, k.uid, r.bytes, encode(r.sha256, 'hex'), r.media_type
      from renditions r join kept k on k.id = r.asset_id
    union all
    select 'archive', null, tenant_id, id, bytes, encode(sha256, 'hex'), 'application/zip' from archives
      where import_id is not null and dropped_at is null
    union all
    select 'named', object_key, tenant_id, id, bytes, encode(sha256, 'hex'), 'application/octet-stream' from exports
      where state = 'completed'
    union all
    select 'named', object_key, tenant_id, id, bytes, encode(sha256, 'hex'), 'application/json' from detection_files
      where finished_at is null`.cursor(PAGE);
  for await (const page of rows) {
    for (const { kind, key, tenantId, id, bytes, sha256, mediaType } of page) {
      const made = kind === 'archive' ? archiveKey(tenantId, id) : originalKey(tenantId, id);
      yield { key: key ?? made, bytes, sha256, mediaType };
    }
  }
}
