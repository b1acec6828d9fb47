import { looseKeys } from '../looseObjects.ts';
import { archiveKey, assetPrefix, originalKey } from '../objects/keys.ts';
import type { ObjectStore } from '../objects/objectStore.ts';
import type { Database, Sql } from '../postgres/database.ts';
import { EXAMPLES, type Finding } from './finding.ts';

/** Objects of work in progress have no row yet; a day is more than any stage takes. */
const GRACE_MS = 24 * 3_600_000;
const PAGE = 500;

interface Expected {
  assetId: number;
  tenantId: string;
  uid: string;
  sha256: string;
  bytes: number;
  state: string;
  renditions: { key: string; bytes: number; sha256: string }[];
}

async function assetsAfter(sql: Sql, after: number): Promise<Expected[]> {
  return sql<Expected[]>`
    select a.id as "assetId", a.tenant_id as "tenantId", a.uid, encode(a.sha256, 'hex') as sha256, a.bytes, a.state,
      coalesce((select jsonb_agg(jsonb_build_object('key', r.object_key, 'bytes', r.bytes, 'sha256', encode(r.sha256, 'hex')))
        from renditions r where r.asset_id = a.id), '[]') as renditions
    from assets a where a.id > ${after} order by a.id limit ${PAGE}`;
}

/** Archives whose object may be there; `promised`: an import relies on it. */
async function archives(
  sql: Sql,
): Promise<{ id: string; tenantId: string; sha256: string; bytes: number; promised: boolean }[]> {
  return sql`
    select id, tenant_id as "tenantId", encode(sha256, 'hex') as sha256, bytes,
      import_id is not null and dropped_at is null as promised
    from archives where removed_at is null`;
}

function finding(id: string, promise: string): Finding & { add(example: string): void } {
  const found: Finding = { id, promise, count: 0, examples: [] };
  return Object.assign(found, {
    add(example: string) {
      found.count += 1;
      if (found.examples.length < EXAMPLES) found.examples.push(example);
    },
  });
}

/**
 * Compares rows with objects, both ways, and reads every object again.
 * @returns findings, and how many objects and bytes were read
 */
export async function auditObjects(
  db: Database,
  objects: ObjectStore,
  onProgress: (objects: number) => void = () => {},
): Promise<{ findings: Finding[]; objects: number; bytes: number }> {
  const missing = finding('I4', 'every object that a row promises is there');
  const wrong = finding('I5', 'every object has the bytes its row promises');
  const orphans = finding('I3', 'every object belongs to a row');
  const rejected = finding('I2', 'nothing is kept of rejected pictures');
  let count = 0;
  let bytes = 0;

  async function compare(key: string, want: { bytes: number; sha256: string }): Promise<void> {
    const found = await objects.head(key);
    if (found === null) missing.add(key);
    else if (found.bytes !== want.bytes || (await objects.hash(key)) !== want.sha256) wrong.add(key);
    count += 1;
    bytes += found?.bytes ?? 0;
    onProgress(count);
  }

  const known = new Set<string>();
  const loose = new Set((await db.run(looseKeys)).map(({ key }) => key));
  for (let after = 0; ; ) {
    const page = await db.run((sql) => assetsAfter(sql, after));
    if (page.length === 0) break;
    after = page[page.length - 1]?.assetId ?? after;
    for (const asset of page) {
      known.add(assetPrefix(asset.tenantId, asset.uid));
      const whole = asset.state === 'ready' || asset.state === 'trashed';
      if (whole || asset.state === 'failed') {
        await compare(originalKey(asset.tenantId, asset.uid), asset);
      }
      if (whole) for (const rendition of asset.renditions) await compare(rendition.key, rendition);
      if (whole) {
        const expected = new Set([
          originalKey(asset.tenantId, asset.uid),
          ...asset.renditions.map((r) => r.key),
        ]);
        for await (const object of objects.list(assetPrefix(asset.tenantId, asset.uid))) {
          if (!expected.has(object.key) && !loose.has(object.key)) orphans.add(object.key);
        }
      }
      if (asset.state === 'rejected') {
        for await (const object of objects.list(assetPrefix(asset.tenantId, asset.uid)))
          rejected.add(object.key);
      }
    }
  }
  for (const archive of await db.run(archives)) {
    known.add(assetPrefix(archive.tenantId, archive.id));
    if (archive.promised) await compare(archiveKey(archive.tenantId, archive.id), archive);
  }
  const now = Date.now();
  for await (const object of objects.list('')) {
    const prefix = object.key.slice(0, object.key.lastIndexOf('/') + 1);
    if (!known.has(prefix) && !loose.has(object.key) && now - object.modifiedAt.getTime() > GRACE_MS)
      orphans.add(object.key);
  }
  return {
    findings: [missing, wrong, orphans, rejected].map(({ add: _add, ...plain }) => plain),
    objects: count,
    bytes,
  };
}
