import { mkdir } from 'node:fs/promises';
import pLimit from 'p-limit';
import { Failure } from '../domain/failures.ts';
import { bringObject, type Promised } from './bringObject.ts';
import { archiveKey, originalKey } from './objects/keys.ts';
import type { ObjectStore } from './objects/objectStore.ts';
import type { Database, Sql } from './postgres/database.ts';

const PAGE = 500;
const EXAMPLES = 20;

export interface CopyDeps {
  db: Database;
  from: ObjectStore;
  to: ObjectStore;
  scratchDir: string;
  concurrency: number;
  onProgress(done: number, total: number): void;
}

export interface CopyReport {
  /** Objects that rows promise. */
  promised: number;
  copied: number;
  copiedBytes: number;
  /** In the target before, with the right bytes. */
  present: number;
  /** Not in the source, or not with the bytes that their row promises, or refused by the target. */
  wrong: { key: string; why: string }[];
  wrongCount: number;
  /** In the source without a row that promises them; they stay where they are. */
  unpromised: number;
}

interface Row {
  id: number;
  tenantId: string;
  uid: string;
  bytes: number;
  sha256: string;
  mediaType: string;
  renditions: Promised[];
}

/** Everything that an asset's row and its renditions' rows promise, page by page. */
async function page(sql: Sql, after: number): Promise<Row[]> {
  return sql<Row[]>`
    select a.id, a.tenant_id as "tenantId", a.uid, a.bytes, encode(a.sha256, 'hex') as sha256,
      a.media_type as "mediaType",
      coalesce((select jsonb_agg(jsonb_build_object('key', r.object_key, 'bytes', r.bytes,
          'sha256', encode(r.sha256, 'hex'), 'mediaType', r.media_type))
        from renditions r where r.asset_id = a.id), '[]') as renditions
    from assets a
    where a.id > ${after} and a.original_stored_at is not null and a.state in ('pending', 'ready', 'trashed', 'failed')
    order by a.id limit ${PAGE}`;
}

async function archives(sql: Sql): Promise<Promised[]> {
  const rows = await sql<{ tenantId: string; id: string; bytes: number; sha256: string }[]>`
    select tenant_id as "tenantId", id, bytes, encode(sha256, 'hex') as sha256 from archives
    where import_id is not null and dropped_at is null`;
  return rows.map(({ tenantId, id, ...facts }) => ({
    key: archiveKey(tenantId, id),
    mediaType: 'application/zip',
    ...facts,
  }));
}

async function countPromised(sql: Sql): Promise<number> {
  const [row] = await sql<{ total: number }[]>`
    with kept as (select id from assets
      where original_stored_at is not null and state in ('pending', 'ready', 'trashed', 'failed'))
    select (select count(*) from kept) + (select count(*) from renditions where asset_id in (select id from kept))
      + (select count(*) from archives where import_id is not null and dropped_at is null) as total`;
  return row?.total ?? 0;
}

/**
 * Copies all objects that rows promise from one store to another. What is there already is read and left, so a copy
 * that was cut off is gone on with by doing it again; what is copied is compared with its row on the way and read again
 * in the target. Nothing is deleted anywhere.
 */
export async function copyObjects(deps: CopyDeps): Promise<CopyReport> {
  const { db, from, scratchDir } = deps;
  await mkdir(scratchDir, { recursive: true });
  const total = await db.run(countPromised);
  const report: CopyReport = {
    promised: 0,
    copied: 0,
    copiedBytes: 0,
    present: 0,
    wrong: [],
    wrongCount: 0,
    unpromised: 0,
  };
  const promised = new Set<string>();
  const limit = pLimit(deps.concurrency);

  async function bring(object: Promised): Promise<void> {
    if ((await bringObject(object, deps)) === 'present') report.present += 1;
    else {
      report.copied += 1;
      report.copiedBytes += object.bytes;
    }
  }

  async function settle(object: Promised): Promise<void> {
    try {
      await bring(object);
    } catch (error) {
      // A store that refuses its settings or has no room refuses everything that follows as well.
      if (
        !(error instanceof Failure) ||
        error.type === 'store_misconfigured' ||
        error.type === 'storage_full'
      )
        throw error;
      report.wrongCount += 1;
      if (report.wrong.length < EXAMPLES) report.wrong.push({ key: object.key, why: error.message });
    }
    deps.onProgress(report.copied + report.present + report.wrongCount, total);
  }

  async function all(objects: readonly Promised[]): Promise<void> {
    for (const { key } of objects) promised.add(key);
    report.promised += objects.length;
    await Promise.all(
      objects.map((object) =>
        limit(() => settle(object)).catch((error: unknown) => {
          limit.clearQueue();
          throw error;
        }),
      ),
    );
  }

  for (let after = 0; ; ) {
    const rows = await db.run((sql) => page(sql, after));
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.id;
    await all(
      rows.flatMap(({ tenantId, uid, renditions, bytes, sha256, mediaType }) => [
        { key: originalKey(tenantId, uid), bytes, sha256, mediaType },
        ...renditions,
      ]),
    );
  }
  await all(await db.run(archives));
  for await (const { key } of from.list('')) if (!promised.has(key)) report.unpromised += 1;
  return report;
}
