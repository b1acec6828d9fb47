import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { sweepArchives } from './archives.ts';
import { dropForgotten } from './credentials/credentials.ts';
import { expireFly, expireRetired, type FlyLimits } from './expireRenditions.ts';
import { expireExports } from './exports/exports.ts';
import { sweepFeed } from './feed/read.ts';
import { dropLoose } from './looseObjects.ts';
import { assetPrefix } from './objects/keys.ts';
import type { ObjectStore } from './objects/objectStore.ts';
import type { Database } from './postgres/database.ts';
import { sweepPreviews } from './pulling/previews.ts';
import { dropExpired } from './purging/manifest.ts';
import { foldUsage } from './tenancy/accounts.ts';
import { sweepIntents } from './uploadIntents.ts';
import { sweepDeliveries } from './webhooks/deliveries.ts';

/** Older than anything that is still being worked on. */
const ABANDONED_HOURS = 6;
/** The longest that a file may take on its way into the store. */
const PARTS_HOURS = 24;
const SENT_DAYS = 7;
/** How long the credentials of a finished import are kept, for another round of what failed. */
const CREDENTIAL_DAYS = 30;

export interface Swept {
  /** Claims whose bytes never came. */
  assets: number;
  /** Uploaded archives that no import needs any more. */
  archives: number;
  /** Temporary files and directories of processes that were killed. */
  scratch: number;
  /** Files that clients were to put into the store themselves and did not finish. */
  uploads: number;
  /** Uploads in parts that nobody finished. */
  parts: number;
}

/** Gives up claims that nobody took over in hours. Returns how many. */
export async function sweepClaims(db: Database, objects: ObjectStore): Promise<number> {
  // In this order a crash leaves a row that says what is to be deleted, never an object that nobody knows.
  const gone = await db.run(
    (sql) => sql<{ id: number; tenantId: string; uid: string }[]>`
      update assets set state = 'deleting', updated_at = now()
      where original_stored_at is null and item_id is null and state in ('pending', 'deleting')
        and updated_at < now() - ${ABANDONED_HOURS} * interval '1 hour'
      returning id, tenant_id as "tenantId", uid`,
  );
  for (const { tenantId, uid } of gone) {
    for await (const object of objects.list(assetPrefix(tenantId, uid))) await objects.delete(object.key);
  }
  await db.run(
    (sql) => sql`
      delete from assets where state = 'deleting' and original_stored_at is null and item_id is null
        and id = any(${gone.map(({ id }) => id)}::bigint[])`,
  );
  return gone.length;
}

/** What was sent in parts and is still not whole a day later will never be. */
async function sweepParts({ unfinished }: ObjectStore): Promise<number> {
  if (unfinished === undefined) return 0;
  let aborted = 0;
  for await (const { key, uploadId, begunAt } of unfinished.list()) {
    if (Date.now() - begunAt.getTime() < PARTS_HOURS * 3_600_000) continue;
    await unfinished.abort(key, uploadId);
    aborted += 1;
  }
  return aborted;
}

async function sweepScratch(dir: string): Promise<number> {
  let removed = 0;
  for (const name of await readdir(dir).catch(() => [])) {
    const at = path.join(dir, name);
    const found = await stat(at).catch(() => null);
    if (found === null || Date.now() - found.mtimeMs < ABANDONED_HOURS * 3_600_000) continue;
    await rm(at, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}

/** Removes what killed processes left behind. Safe to run at any time, by several at once. */
export async function sweep(
  db: Database,
  objects: ObjectStore,
  scratchDir: string,
  flyLimits: FlyLimits,
): Promise<Swept> {
  const assets = await sweepClaims(db, objects);
  const archives = await sweepArchives(db, objects);
  const scratch = await sweepScratch(scratchDir);
  await db.run((sql) => expireFly(sql, flyLimits, null));
  await db.run(expireRetired);
  await expireExports(db);
  await dropLoose(db, objects);
  await sweepPreviews(db);
  await db.run((sql) => dropForgotten(sql, CREDENTIAL_DAYS));
  await db.run(dropExpired);
  await db.run(foldUsage);
  await db.run((sql) => sql`delete from outbox where sent_at < now() - ${SENT_DAYS} * interval '1 day'`);
  await sweepFeed(db);
  await sweepDeliveries(db);
  const uploads = await sweepIntents(db, objects);
  const parts = await sweepParts(objects);
  return { assets, archives, scratch, uploads, parts };
}
