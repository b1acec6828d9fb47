import pLimit from 'p-limit';
import { originalKey } from '../objects/keys.ts';
import type { ObjectStore } from '../objects/objectStore.ts';
import type { Database, Sql } from '../postgres/database.ts';
import type { Tally } from './finding.ts';
import { loseOriginal } from './repairs/originals.ts';
import { renderAgain } from './repairs/renditions.ts';

const PAGE = 200;
/** Objects read at the same time. */
const READERS = 4;

export interface Pass {
  db: Database;
  objects: ObjectStore;
  tally: Tally;
  fix: boolean;
  graceMs: number;
  progress: { asset: number; objects: number; bytes: number };
  step(): Promise<void>;
}

interface Expected {
  assetId: number;
  tenantId: string;
  uid: string;
  name: string;
  sha256: string;
  bytes: number;
  state: string;
  reason: string | null;
  renditions: { key: string; bytes: number; sha256: string }[];
}

type Verdict = 'good' | 'missing' | 'wrong';

async function assetsAfter(sql: Sql, after: number): Promise<Expected[]> {
  return sql<Expected[]>`
    select a.id as "assetId", a.tenant_id as "tenantId", a.uid, a.name, encode(a.sha256, 'hex') as sha256, a.bytes, a.state,
      a.reason,
      coalesce((select jsonb_agg(jsonb_build_object('key', r.object_key, 'bytes', r.bytes, 'sha256', encode(r.sha256, 'hex')))
        from renditions r where r.asset_id = a.id), '[]') as renditions
    from assets a where a.id > ${after} order by a.id limit ${PAGE}`;
}

const LOST = new Set(['object_missing', 'object_damaged']);

/** Bytes that were lost before, and whose rows say so, are nobody's broken promise. */
function promisesOriginal({ state, reason }: Expected): boolean {
  return isKept(state) || (state === 'failed' && !LOST.has(reason ?? ''));
}

const isKept = (state: string): boolean => state === 'ready' || state === 'trashed';

/** Compares rows with objects, asset by asset in the order of their ids, and reads every object again. */
export async function auditObjects(pass: Pass): Promise<void> {
  const { db, objects, tally, fix, progress, step } = pass;
  const limit = pLimit(READERS);

  async function look(key: string, want: { bytes: number; sha256: string }): Promise<Verdict> {
    const found = await objects.head(key);
    progress.objects += 1;
    progress.bytes += found?.bytes ?? 0;
    if (found === null) return 'missing';
    return found.bytes === want.bytes && (await objects.hash(key)) === want.sha256 ? 'good' : 'wrong';
  }

  /** Whether the row still promises what it promised when its page was read: a purge may have come by. */
  async function stillPromised(asset: Expected, key: string): Promise<boolean> {
    const [now] = await db.run(
      (sql) => sql<{ state: string; known: boolean }[]>`
        select a.state, exists (select from renditions r where r.asset_id = a.id and r.object_key = ${key}) as known
        from assets a where a.id = ${asset.assetId}`,
    );
    if (now === undefined || now.state !== asset.state) return false;
    return now.known || key === originalKey(asset.tenantId, asset.uid);
  }

  async function judge(asset: Expected, key: string, want: { bytes: number; sha256: string }) {
    const first = await look(key, want);
    if (first === 'good' || !(await stillPromised(asset, key))) return 'good';
    tally.broken(first === 'missing' ? 'I4' : 'I5', key);
    return first;
  }

  async function compare(asset: Expected): Promise<void> {
    if (!promisesOriginal(asset)) return;
    const original = await judge(asset, originalKey(asset.tenantId, asset.uid), asset);
    const spoilt: string[] = [];
    for (const rendition of isKept(asset.state) ? asset.renditions : []) {
      if ((await judge(asset, rendition.key, rendition)) !== 'good') spoilt.push(rendition.key);
    }
    if (!fix) return;
    if (original !== 'good') {
      const reason = original === 'missing' ? 'object_missing' : 'object_damaged';
      await loseOriginal(db, tally, { ...asset, reason });
    } else if (spoilt.length > 0) await renderAgain(db, tally, [asset.assetId], spoilt);
  }

  for (;;) {
    const after = progress.asset;
    const page = await db.run((sql) => assetsAfter(sql, after));
    const last = page.at(-1);
    if (last === undefined) return;
    await Promise.all(page.map((asset) => limit(() => compare(asset))));
    progress.asset = last.assetId;
    await step();
  }
}
