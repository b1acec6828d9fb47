import { randomUUID } from 'node:crypto';
import type { ReachFailpoint } from '../domain/failpoints.ts';
import { Failure } from '../domain/failures.ts';
import { type Arrival, claimUnlimited } from './assets.ts';
import { originalKey } from './objects/keys.ts';
import type { ObjectStore } from './objects/objectStore.ts';
import type { Database } from './postgres/database.ts';
import { claimWithinLimits } from './tenancy/admission.ts';

export interface KeepDeps {
  db: Database;
  objects: ObjectStore;
  reached: ReachFailpoint;
}

export interface Kept {
  assetId: number;
  /** Part of the keys of everything that belongs to the asset. */
  uid: string;
  /** The claim to commit with; `null`: the bytes were in the library already. */
  claim: string | null;
}

/**
 * The first half of the store protocol, shared by every way in: claim the asset for the bytes, then put them under
 * the asset's key and look whether they arrived. The caller commits with the claim, in a transaction with whatever
 * must become true at the same time.
 *
 * A crash anywhere leaves at most a pending asset that the next arrival of these bytes takes over.
 * The file at `path` is consumed when the bytes are stored.
 * @throws Failure `quota_exceeded`, `tenant_gone`; the file is still there
 */
export async function keepOriginal(
  { db, objects, reached }: KeepDeps,
  arrival: Omit<Arrival, 'claim'>,
  path: string,
): Promise<Kept> {
  const claim = randomUUID();
  const claimed =
    (await db.run((sql) => claimUnlimited(sql, { ...arrival, claim }))) ??
    (await db.tx((tx) => claimWithinLimits(tx, { ...arrival, claim })));
  reached('claim');
  if (!claimed.mine) return { assetId: claimed.assetId, uid: claimed.uid, claim: null };
  const key = originalKey(arrival.tenantId, claimed.uid);
  const stored = await objects.putFile(key, path, arrival.mediaType);
  if (stored.bytes !== arrival.bytes) {
    throw new Failure('store_unavailable', 'The object store holds fewer bytes than were written.');
  }
  reached('put');
  return { assetId: claimed.assetId, uid: claimed.uid, claim };
}
