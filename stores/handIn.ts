import pLimit from 'p-limit';
import type { HandedInKind } from '../domain/import.ts';
import { commitOriginal } from './assets.ts';
import { createImport, readImport } from './imports.ts';
import { type KeepDeps, type Kept, keepOriginal } from './keepOriginal.ts';
import type { AssetState } from './library.ts';
import { addListedPage } from './listedPage.ts';
import { originalKey } from './objects/keys.ts';
import { enqueue, tellOutbox } from './outbox.ts';
import { recordOutcomes } from './outcomes.ts';
import type { Sql } from './postgres/database.ts';
import { restoreAssets } from './trash.ts';

/** A file that was looked at and hashed; it is consumed when its bytes are stored. */
export interface HandedFile {
  path: string;
  name: string;
  bytes: number;
  mediaType: string;
  /** As `Arrival` has them. */
  sha256: string;
  md5: string | null;
  dropbox: string;
}

export interface HandedBy {
  tenantId: string;
  kind: HandedInKind;
  /** Of the import: canonical, without credentials. */
  address: string;
}

export interface HandedIn {
  assetId: number;
  itemId: number;
  importId: string;
  /** The bytes were in the library already. */
  duplicate: boolean;
}

/** How often the same bytes may be deleted for good while they are handed in. */
const TRIES = 5;
/** Files that are put into the store at the same time. */
const WIDTH = 4;

/**
 * Keeps the bytes of up to a batch of files and hands them to the pipeline, as one import whose listing is complete from
 * the start. When it resolves, the bytes are durable and the work is recorded; whatever dies afterwards, the pictures are
 * processed. The same bytes again give the same asset, out of the trash if it has to be.
 *
 * @param also what becomes true in the same transaction; what it throws takes everything back
 * @returns in the order of the files; `null`: nothing was recorded, for one of the pictures was deleted for good at this
 *   very moment
 * @throws Failure `quota_exceeded`, `tenant_gone`, …: nothing was recorded; some files may be consumed
 */
export async function handIn(
  deps: KeepDeps,
  by: HandedBy,
  files: readonly HandedFile[],
  also: (tx: Sql, handed: readonly HandedIn[]) => Promise<void> = async () => {},
): Promise<HandedIn[] | null> {
  const { db, objects, reached } = deps;
  const limit = pLimit(WIDTH);
  const keep = (file: HandedFile): Promise<Kept> =>
    keepOriginal(deps, { ...file, tenantId: by.tenantId, sourceKind: by.kind, modifiedAt: null }, file.path);
  const kept: (Kept | undefined)[] = files.map(() => undefined);
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const all = await Promise.all(files.map(async (file, i) => kept[i] ?? limit(() => keep(file))));
    const done = await db.tx(async (tx) => {
      const gone = await findGone(tx, by.tenantId, all);
      if (gone.length > 0) return { gone };
      const handed = await record(tx, by, files, all);
      await also(tx, handed);
      return { handed };
    });
    if ('handed' in done) {
      reached('commit');
      return done.handed;
    }
    for (const [i, one] of all.entries()) kept[i] = done.gone.includes(one.assetId) ? undefined : one;
    // The claim was lost to one whose asset is gone again; the file lies where nobody looks for it any more.
    const lost = all.filter(({ assetId, claim }) => claim !== null && done.gone.includes(assetId));
    for (const { uid } of lost) await objects.delete(originalKey(by.tenantId, uid));
    if (lost.length > 0) break;
  }
  return null;
}

/**
 * Holds the assets until the files are recorded, so that no purge comes in between. What lies in the trash comes back,
 * for somebody hands it in. @returns those that were deleted meanwhile; nothing was changed then
 */
async function findGone(tx: Sql, tenantId: string, kept: readonly Kept[]): Promise<number[]> {
  const ids = [...new Set(kept.map(({ assetId }) => assetId))];
  const rows = await tx<{ id: number; state: AssetState }[]>`
    select id, state from assets where id = any(${ids}::bigint[]) order by id for update`;
  const there = rows.filter(({ state }) => state !== 'deleting' && state !== 'deleted');
  const gone = ids.filter((id) => !there.some((row) => row.id === id));
  const trashed = there.filter(({ state }) => state === 'trashed').map(({ id }) => id);
  if (gone.length === 0 && trashed.length > 0) await restoreAssets(tx, tenantId, trashed);
  return gone;
}

async function record(
  tx: Sql,
  by: HandedBy,
  files: readonly HandedFile[],
  kept: readonly Kept[],
): Promise<HandedIn[]> {
  const importId = await createImport(tx, { ...by, settings: null });
  const items = await recordItems(tx, importId, files);
  const handed: HandedIn[] = [];
  for (const [i, { assetId, claim }] of kept.entries()) {
    const itemId = items[i];
    if (itemId === undefined) throw new Error('An item is gone right after it was made.');
    const mine = claim !== null && (await commitOriginal(tx, { assetId, claim, itemId }));
    handed.push({ assetId, itemId, importId, duplicate: !mine });
  }
  const again = handed.filter(({ duplicate }) => duplicate);
  if (again.length < handed.length) {
    await enqueue(tx, { tenantId: by.tenantId, kind: 'process-upload', importId });
    await tellOutbox(tx);
  }
  if (again.length > 0) {
    await recordOutcomes(tx, {
      importId,
      rendered: [],
      ended: again.map(({ itemId: item, assetId: asset }) => ({
        ...{ item, asset },
        outcome: 'duplicate',
        reason: 'known_content',
      })),
      detection: { state: 'skipped', reason: null },
    });
  }
  return handed;
}

/** @returns the ids of the items, in the order of the files */
async function recordItems(tx: Sql, importId: string, files: readonly HandedFile[]): Promise<number[]> {
  const made = await readImport(tx, importId);
  if (made === null) throw new Error('An import is gone right after it was made.');
  const items = files.map(({ name, bytes, sha256 }) => ({
    externalId: name,
    name,
    locator: null,
    size: bytes,
    sizeExact: true,
    modifiedAt: null,
    version: sha256,
  }));
  await addListedPage(tx, made, { items, next: null });
  const rows = await tx<{ id: number }[]>`
    select id from import_items where import_id = ${importId} order by slot`;
  return rows.map(({ id }) => id);
}
