import { archiveKey } from '../objects/keys.ts';
import type { Sql } from '../postgres/database.ts';
import type { Pass } from './objects.ts';

const PAGE = 100;

interface Promised {
  id: string;
  tenantId: string;
  name: string;
  sha256: string;
  bytes: number;
}

/** Uploaded archives that an import relies on, in the order of their ids. */
async function archivesAfter(sql: Sql, after: string): Promise<Promised[]> {
  return sql<Promised[]>`
    select id, tenant_id as "tenantId", name, encode(sha256, 'hex') as sha256, bytes from archives
    where import_id is not null and dropped_at is null and removed_at is null and id > ${after}
    order by id limit ${PAGE}`;
}

/** Compares the archives that imports read from with their objects. */
export async function auditArchives({ db, objects, tally, progress, step }: Pass): Promise<void> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const page = await db.run((sql) => archivesAfter(sql, after));
    for (const { id, tenantId, name, sha256, bytes } of page) {
      const key = archiveKey(tenantId, id);
      const found = await objects.head(key);
      progress.objects += 1;
      progress.bytes += found?.bytes ?? 0;
      const isGood = found?.bytes === bytes && (await objects.hash(key)) === sha256;
      if (isGood) continue;
      tally.broken(found === null ? 'I4' : 'I5', key);
      tally.needs('upload these archives again to bring in what is not in the library yet', 1, [
        JSON.stringify(name),
      ]);
    }
    await step();
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}
