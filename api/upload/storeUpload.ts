import { commitOriginal } from '../../stores/assets.ts';
import { createImport, readImport } from '../../stores/imports.ts';
import { keepOriginal } from '../../stores/keepOriginal.ts';
import { addListedPage } from '../../stores/listedPage.ts';
import { enqueue } from '../../stores/outbox.ts';
import { recordOutcomes } from '../../stores/outcomes.ts';
import type { Sql } from '../../stores/postgres/database.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import type { UploadDeps } from '../deps.ts';
import type { SpooledFile } from './spool.ts';

const KIND = 'upload';

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

/**
 * Keeps the bytes and hands the item to the pipeline. When it resolves, the bytes are durable and the work is
 * recorded; whatever dies afterwards, the picture is processed. The same bytes again give the same asset.
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
  const stored = await firstOfMany(`${tenant.id} ${file.sha256}`, () => keep(deps, tenant.id, file, also));
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
  const kept = await keepOriginal(
    deps,
    {
      tenantId,
      sha256: file.sha256,
      md5: file.md5,
      dropbox: file.dropbox,
      bytes: file.bytes,
      name: file.name,
      mediaType: file.mediaType,
      sourceKind: KIND,
      modifiedAt: null,
    },
    file.path,
  );
  const record = async (tx: Sql): Promise<StoredUpload> => {
    const { importId, itemId } = await recordItem(tx, tenantId, file);
    const { claim, assetId } = kept;
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
  };
  const stored = await db.tx(async (tx) => {
    const done = await record(tx);
    await also(tx, done);
    return done;
  });
  reached('commit');
  return stored;
}
