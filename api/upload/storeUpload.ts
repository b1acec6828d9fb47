import { untilStored } from '../../stores/assets.ts';
import { handIn } from '../../stores/handIn.ts';
import type { Sql } from '../../stores/postgres/database.ts';
import { ensureTenant } from '../../stores/tenants.ts';
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
    () => store(deps, tenant.id, file, also),
    // Another process may have the last claim: to claim once more would only take it from that one again.
    ({ assetId }) => untilStored(db, assetId, PATIENCE_MS),
  );
  dispatcher.kick();
  return stored;
}

async function store(
  deps: UploadDeps,
  tenantId: string,
  file: SpooledFile,
  also: (tx: Sql, stored: StoredUpload) => Promise<void>,
): Promise<StoredUpload> {
  const by = { tenantId, kind: KIND, address: KIND } as const;
  let stored: StoredUpload | undefined;
  const handed = await handIn(deps, by, [file], async (tx, [one]) => {
    if (one === undefined) throw new Error('A file that was handed in is not among what was recorded.');
    const { itemId: jobId, ...rest } = one;
    stored = { ...rest, jobId };
    await also(tx, stored);
  });
  if (handed === null || stored === undefined)
    throw conflict(
      'The same picture was deleted for good at this very moment. Nothing was stored; send it again.',
    );
  return stored;
}
