import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { SourceItem } from '../sources/source.ts';
import type { ImportRecord } from './imports.ts';
import { originalKey } from './objects/keys.ts';
import type { ObjectStore } from './objects/objectStore.ts';
import type { Database } from './postgres/database.ts';

/** What one page of a listing may have read again. Above it, fetching is no dearer than looking. */
const MAX_BYTES = 1024 ** 3;

/**
 * Gives MD5s to assets that came from where none are announced, so that a listing that announces them recognises the
 * content. Only assets of exactly the listed sizes are read.
 */
export async function fillMd5(
  db: Database,
  objects: ObjectStore,
  record: Pick<ImportRecord, 'tenantId'>,
  items: readonly SourceItem[],
): Promise<void> {
  const sizes = new Set<number>();
  for (const { hashes, size, sizeExact, skip } of items) {
    if (hashes?.md5 !== undefined && size !== null && sizeExact && skip === undefined) sizes.add(size);
  }
  if (sizes.size === 0) return;
  const unknown = await db.run(
    (sql) => sql<{ id: number; uid: string; bytes: number }[]>`
      select id, uid, bytes from (
        select id, uid, bytes, sum(bytes) over (order by id) as reach from assets
        where tenant_id = ${record.tenantId} and md5 is null and state = 'ready' and bytes = any(${[...sizes]}::bigint[])
      ) a where reach <= ${MAX_BYTES} order by id`,
  );
  for (const { id, uid } of unknown) {
    const md5 = createHash('md5');
    await pipeline(await objects.read(originalKey(record.tenantId, uid)), md5);
    await db.run((sql) => sql`update assets set md5 = ${md5.digest()} where id = ${id} and md5 is null`);
  }
}
