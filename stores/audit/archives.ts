import { archiveKey } from '../objects/keys.ts';
import type { Pass } from './objects.ts';

/** Uploaded archives that an import still relies on are there, and whole. */
export async function auditArchives({ db, objects, tally, progress, step }: Pass): Promise<void> {
  const promised = await db.run(
    (sql) => sql<{ id: string; tenantId: string; sha256: string; bytes: number }[]>`
      select id, tenant_id as "tenantId", encode(sha256, 'hex') as sha256, bytes from archives
      where import_id is not null and dropped_at is null and removed_at is null order by id`,
  );
  for (const { id, tenantId, sha256, bytes } of promised) {
    const key = archiveKey(tenantId, id);
    const found = await objects.head(key);
    progress.objects += 1;
    progress.bytes += found?.bytes ?? 0;
    if (found === null) tally.broken('I4', key);
    else if (found.bytes !== bytes || (await objects.hash(key)) !== sha256) tally.broken('I5', key);
    else continue;
    tally.needs(
      'an uploaded archive is lost: upload it again to bring in what is not in the library yet',
      1,
      [key],
    );
    await step();
  }
}
