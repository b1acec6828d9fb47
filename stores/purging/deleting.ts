import { assetPrefix, originalKey } from '../objects/keys.ts';
import type { ObjectStore } from '../objects/objectStore.ts';
import type { Sql } from '../postgres/database.ts';

export interface Doomed {
  id: number;
  tenantId: string;
  uid: string;
}

/**
 * Marks the next assets of a purge as being deleted; from here on they are gone for everybody, and the same bytes
 * make a new asset. Those that an earlier attempt marked come again. What was taken out of the trash is left alone.
 */
export async function doomNext(
  tx: Sql,
  purgeId: string,
  limit: number,
): Promise<{ doomed: Doomed[]; seen: number }> {
  const doomed = await tx<(Doomed & { ours: boolean })[]>`
    with next as (
      select m.asset_id from purge_manifest_assets m
      where m.purge_id = ${purgeId} and m.state in ('hidden', 'deleting') order by m.state, m.asset_id limit ${limit}
    ), locked as (
      select a.id, a.tenant_id, a.uid, a.state,
        a.purge_id = ${purgeId} and (a.state = 'deleting' or (a.state = 'trashed' and a.trashed_by = 'purge')) as ours
      from next n join assets a on a.id = n.asset_id order by a.id for update of a
    ), marked as (
      update assets a set state = 'deleting', updated_at = now()
      from locked l where a.id = l.id and l.ours is true and a.state = 'trashed'
    ), noted as (
      update purge_manifest_assets m set state = case when l.ours is true then 'deleting' else 'skipped' end,
        reason = case when l.ours is true then null else 'used_again' end
      from locked l where m.purge_id = ${purgeId} and m.asset_id = l.id
    )
    select id, tenant_id as "tenantId", uid, coalesce(ours, false) as ours from locked order by id`;
  return { doomed: doomed.filter(({ ours }) => ours), seen: doomed.length };
}

/**
 * Deletes everything of one asset: renditions first, the original last, then looks that nothing is left. A crash
 * anywhere leaves objects that the row, still `deleting`, leads back to.
 */
export async function deleteObjects(
  objects: ObjectStore,
  { tenantId, uid }: Doomed,
  reached: (point: 'purge-renditions' | 'purge-original') => void,
): Promise<void> {
  const original = originalKey(tenantId, uid);
  for await (const { key } of objects.list(assetPrefix(tenantId, uid))) {
    if (key !== original) await objects.delete(key);
  }
  reached('purge-renditions');
  await objects.delete(original);
  reached('purge-original');
  for await (const { key } of objects.list(assetPrefix(tenantId, uid))) {
    throw new Error(`An object is still there after it was deleted: ${key}`);
  }
}

/** The objects are gone: what the rows said of them goes too. */
export async function bury(tx: Sql, purgeId: string, ids: readonly number[]): Promise<void> {
  const buried = ids as number[];
  await tx`select id from assets where id = any(${buried}::bigint[]) order by id for update`;
  await tx`select bury_assets(${buried}::bigint[])`;
  await tx`
    with done as (
      update purge_manifest_assets set state = 'deleted'
      where purge_id = ${purgeId} and asset_id = any(${buried}::bigint[]) and state = 'deleting'
      returning tenant_id, asset_id
    ), noted as (
      insert into events (tenant_id, asset_id, kind, detail)
      select tenant_id, asset_id, 'asset.purged', jsonb_build_object('purge', ${purgeId}::text) from done
    )
    insert into feed_events (tenant_id, kind, subject_id, asset_ids)
    select tenant_id, 'asset.purged', ${purgeId}::uuid, array_agg(asset_id order by asset_id) from done group by tenant_id`;
}
