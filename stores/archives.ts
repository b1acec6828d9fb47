import { Failure } from '../domain/failures.ts';
import { storableShort } from '../domain/text.ts';
import type { KeptArchives } from '../sources/source.ts';
import { archiveKey } from './objects/keys.ts';
import type { ObjectStore } from './objects/objectStore.ts';
import type { Database, Sql } from './postgres/database.ts';

/** How long the archive of a finished import is kept, for another round of what failed. */
const KEPT_DAYS = 7;
/** An upload that has made no import by now never will. */
const ABANDONED_HOURS = 6;

export interface NewArchive {
  id: string;
  tenantId: string;
  name: string;
  bytes: number;
  /** Lower-case hex. */
  sha256: string;
}

/** Says that an object is about to be put, so that it can be found if nothing comes of it. */
export async function addArchive(sql: Sql, archive: NewArchive): Promise<void> {
  await sql`
    insert into archives (id, tenant_id, name, bytes, sha256)
    values (${archive.id}, ${archive.tenantId}, ${storableShort(archive.name)}, ${archive.bytes},
      decode(${archive.sha256}, 'hex'))`;
}

/** From here on it is the import's. @throws Error when the sweep was faster */
export async function giveArchive(tx: Sql, id: string, importId: string): Promise<void> {
  const rows = await tx`
    update archives set import_id = ${importId} where id = ${id} and dropped_at is null returning id`;
  if (rows.length !== 1) throw new Error('An archive was swept before its import was made.');
}

/** Has the sweep remove it, unless an import has it after all: the answer to a commit can be lost. */
export async function dropArchive(sql: Sql, id: string): Promise<void> {
  await sql`update archives set dropped_at = now() where id = ${id} and import_id is null and dropped_at is null`;
}

/** Uploaded archives as the sources read them. */
export function createKeptArchives(db: Database, objects: ObjectStore): KeptArchives {
  return {
    async open(id) {
      const [row] = await db.run(
        (sql) => sql<{ tenantId: string; bytes: number; sha256: string }[]>`
          select tenant_id as "tenantId", bytes, encode(sha256, 'hex') as sha256
          from archives where id = ${id} and dropped_at is null`,
      );
      if (row === undefined) {
        throw new Failure(
          'source_not_found',
          `The archive is no longer kept; it is for ${KEPT_DAYS} days after its import ended. Upload it again.`,
        );
      }
      const key = archiveKey(row.tenantId, id);
      return {
        bytes: row.bytes,
        sha256: row.sha256,
        read: (start, end) => objects.read(key, { start, end: end - 1 }),
      };
    },
  };
}

/**
 * Removes archives that no import needs any more: it was cancelled, or has been finished for a while, or never came
 * about. The row says so first, so that a crash leaves an object that is found again. @returns how many
 */
export async function sweepArchives(db: Database, objects: ObjectStore): Promise<number> {
  const gone = await db.run(
    (sql) => sql<{ id: string; tenantId: string }[]>`
      update archives a set dropped_at = coalesce(a.dropped_at, now())
      where a.removed_at is null and (a.dropped_at is not null
        or (a.import_id is null and a.created_at < now() - ${ABANDONED_HOURS} * interval '1 hour')
        or exists (select from imports m where m.id = a.import_id and (m.state = 'cancelled'
          or (m.state in ('completed', 'failed') and m.finished_at < now() - ${KEPT_DAYS} * interval '1 day'))))
      returning a.id, a.tenant_id as "tenantId"`,
  );
  for (const { id, tenantId } of gone) await objects.delete(archiveKey(tenantId, id));
  const ids = gone.map(({ id }) => id);
  await db.run((sql) => sql`update archives set removed_at = now() where id = any(${ids}::uuid[])`);
  return gone.length;
}
