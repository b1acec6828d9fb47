import type { Mergeable, MergeChange } from '../../domain/mergeMetadata.ts';
import type { AssetState } from '../library.ts';
import type { Sql } from '../postgres/database.ts';

export interface LockedAsset extends Mergeable {
  id: number;
  tenantId: string;
  state: AssetState;
  trashedBy: string | null;
  mergedInto: number | null;
}

/** Locks the assets, in the order of ids that everybody keeps. @returns those that exist */
export async function lockMergeable(tx: Sql, ids: readonly number[]): Promise<LockedAsset[]> {
  return tx<LockedAsset[]>`
    select id, tenant_id as "tenantId", state, trashed_by as "trashedBy", merged_into as "mergedInto",
      jsonb_build_object('latitude', latitude, 'longitude', longitude, 'altitude', altitude) as location,
      jsonb_build_object('captured_at', to_char(captured_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'captured_at_origin', captured_at_origin, 'captured_local', captured_local, 'captured_offset', captured_offset,
        'captured_confidence', captured_confidence, 'captured_flags', captured_flags) as captured_at,
      jsonb_build_object('camera_make', camera_make, 'camera_model', camera_model, 'camera_serial', camera_serial,
        'camera_key', camera_key) as camera
    from assets where id = any(${ids as number[]}::bigint[]) and state not in ('deleting', 'deleted')
    order by id for update`;
}

/** Writes the given side of each change into the asset. */
export async function writeFields(
  tx: Sql,
  asset: LockedAsset,
  changes: readonly MergeChange[],
  side: 'before' | 'after',
): Promise<void> {
  if (changes.length === 0) return;
  const values = {
    ...asset.location,
    ...asset.captured_at,
    ...asset.camera,
    ...Object.assign({}, ...changes.map((change) => change[side])),
  };
  await tx`
    update assets a set latitude = v.latitude, longitude = v.longitude, altitude = v.altitude,
      captured_at = v.captured_at, captured_at_origin = v.captured_at_origin, captured_local = v.captured_local,
      captured_offset = v.captured_offset, captured_confidence = v.captured_confidence,
      captured_flags = v.captured_flags, camera_make = v.camera_make, camera_model = v.camera_model,
      camera_serial = v.camera_serial, camera_key = v.camera_key, updated_at = now()
    from jsonb_populate_record(null::assets, ${tx.json(values)}) v where a.id = ${asset.id}`;
}
