import type { RenditionFile } from '../domain/facts.ts';
import { intend } from '../stores/looseObjects.ts';
import { madeKey } from '../stores/objects/keys.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import type { Database } from '../stores/postgres/database.ts';
import type { Made } from '../stores/renditions.ts';

/**
 * Puts renditions of an asset that is there already under keys that were never used before. They are written down
 * first, so that the sweep finds them if no row ever holds them.
 * @returns what `commitRenditions` makes rows of
 */
export async function putMade(
  { db, objects }: { db: Database; objects: ObjectStore },
  { tenantId, uid }: { tenantId: string; uid: string },
  files: readonly RenditionFile[],
): Promise<Made[]> {
  const put = files.map((file) => {
    const { path: from, extension: _, ...rest } = file;
    return { from, made: { ...rest, key: madeKey(tenantId, uid, file) } };
  });
  const keys = put.map(({ made }) => made.key);
  await db.run((sql) => intend(sql, tenantId, keys));
  for (const { from, made } of put) await objects.putFile(made.key, from, made.mediaType);
  return put.map(({ made }) => made);
}
