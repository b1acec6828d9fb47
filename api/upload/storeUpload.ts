import { commitOriginal, untilStored } from '../../stores/assets.ts';
import { createImport, readImport } from '../../stores/imports.ts';
import { type Kept, keepOriginal } from '../../stores/keepOriginal.ts';
import type { AssetState } from '../../stores/library.ts';
import { addListedPage } from '../../stores/listedPage.ts';
import { originalKey } from '../../stores/objects/keys.ts';
import { enqueue } from '../../stores/outbox.ts';
import { recordOutcomes } from '../../stores/outcomes.ts';
import type { Sql } from '../../stores/postgres/database.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { restoreAssets } from '../../stores/trash.ts';
import type { UploadDeps } from '../deps.ts';
import { conflict } from '../problem.ts';
import type { SpooledFile } from './spool.ts';

const KIND = 'upload';
/** How long equal uploads wait for the process that has the last claim before they claim for themselves. */
const PATIENCE_MS = 10_000;

export interface StoredUpload {
  assetId: number;
  jobId: number;
  importId: string;
  duplicate: boolean;
}

/** An upload is an import of one item whose listing is complete from the start. */
async function recordItem(
  tx: Sql,
  tenantId: string,
  file: SpooledFile,
): Promise<{ importId: string; itemId: number }> {
  const importId = await createImport(tx, { tenantId, kind: KIND, address: KIND, settings: null });
  const record = await readImport(tx, importId);
  if (record === null) throw new Error('An import is gone right after it was made.');
  await addListedPage(tx, record, {
    items: [
      {
        externalId: file.name,
        name: file.name,
        locator: null,
        size: file.bytes,
        sizeExact: true,
        modifiedAt: null,
        version: file.sha256,
      },
    ],
    next: null,
  });
  const [item] = await tx<{ id: number }[]>`select id from import_items where import_id = ${importId}`;
  if (item === undefined) throw new Error('The item of an upload is gone right after it was made.');
  return { importId, itemId: item.id };
}

/** How often the same bytes may be deleted for good while they are uploaded. */
const TRIES = 5;

/**
 * Keeps the bytes and hands the item to the pipeline. When it resolves, the bytes are durable and the work is
 * recorded; whatever dies afterwards, the picture is processed. The same bytes again give the same asset, out of the
 * trash if it has to be.
 *
 * @param also what becomes true in the same transaction
 */
export async function storeUpload(
  deps: UploadDeps,
  tenantName: string,
  file: SpooledFile,
  also: (tx: Sql, stored: StoredUpload) => Promise<void> = async () => {},
): Promise<StoredUpload> {
  const { db, dispatcher, firstOfMany } = deps;
  const tenant = await db.run((sql) => ensureTenant(sql, tenantName));
  const stored = await firstOfMany(
    `${tenant.id} ${file.sha256}`,
    () => keep(deps, tenant.id, file, also),
    // Another process may have the last claim: to claim once more would only take it from that one again.
    ({ assetId }) => untilStored(db, assetId, PATIENCE_MS),
  );
  dispatcher.kick();
  return stored;
}

async function keep(
  deps: UploadDeps,
  tenantId: string,
  file: SpooledFile,
  also: (tx: Sql, stored: StoredUpload) => Promise<void>,
): Promise<StoredUpload> {
  const { db, reached } = deps;
  const arrival = {
    tenantId,
    sha256: file.sha256,
    md5: file.md5,
    dropbox: file.dropbox,
    bytes: file.bytes,
    name: file.name,
    mediaType: file.mediaType,
    sourceKind: KIND,
    modifiedAt: null,
  };
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const kept = await keepOriginal(deps, arrival, file.path);
    const stored = await db.tx(async (tx) => {
      const done = await record(tx, tenantId, file, kept);
      if (done !== null) await also(tx, done);
      return done;
    });
    if (stored !== null) {
      reached('commit');
      return stored;
    }
    if (kept.claim === null) continue;
    // The claim was lost to one whose asset is gone again; the file lies where nobody looks for it any more.
    await deps.objects.delete(originalKey(tenantId, kept.uid));
    break;
  }
  throw conflict(
    'The same picture was deleted for good at this very moment. Nothing was stored; send it again.',
  );
}

/**
 * What lies in the trash comes back, for somebody hands it in.
 * @returns `null`: nothing was recorded, for the asset of these bytes was deleted meanwhile
 */
async function record(
  tx: Sql,
  tenantId: string,
  file: SpooledFile,
  { assetId, claim }: Kept,
): Promise<StoredUpload | null> {
  // Held until the upload is recorded, so that no purge comes in between.
  const [asset] = await tx<
    { state: AssetState }[]
  >`select state from assets where id = ${assetId} for update`;
  if (asset === undefined || asset.state === 'deleting' || asset.state === 'deleted') return null;
  if (asset.state === 'trashed') await restoreAssets(tx, tenantId, [assetId]);
  const { importId, itemId } = await recordItem(tx, tenantId, file);
  if (claim !== null && (await commitOriginal(tx, { assetId, claim, itemId }))) {
    await enqueue(tx, { tenantId, kind: 'process-upload', importId });
    return { assetId, jobId: itemId, importId, duplicate: false };
  }
  await recordOutcomes(tx, {
    importId,
    rendered: [],
    ended: [{ item: itemId, outcome: 'duplicate', reason: 'known_content', asset: assetId }],
    detection: { state: 'skipped', reason: null },
  });
  return { assetId, jobId: itemId, importId, duplicate: true };
}
