import { focusTag, type Point } from '../domain/presets.ts';
import { letGo } from './looseObjects.ts';
import type { Sql } from './postgres/database.ts';
import { createReprocess } from './reprocesses.ts';

/**
 * Says what covering renditions of an asset are cut around. Those that are made with every picture are made anew by a
 * reprocess and serve until then; the others are let go, and made when somebody asks.
 * @returns `false`: there is no such asset that is ready
 */
export async function setFocalPoint(tx: Sql, assetId: number, focal: Point | null): Promise<boolean> {
  const [asset] = await tx<{ tenantId: string }[]>`
    update assets set focal_x = ${focal?.x ?? null}, focal_y = ${focal?.y ?? null}, updated_at = now()
    where id = ${assetId} and state = 'ready' returning tenant_id as "tenantId"`;
  if (asset === undefined) return false;
  const focus = focusTag({ fit: 'cover' }, focal);
  const covering = await tx<{ key: string; eager: boolean }[]>`
    select r.object_key as key, coalesce((p.definition->>'eager')::boolean, false) as eager from renditions r
    left join presets p on p.name = r.preset and p.version = r.version
      and (p.tenant_id = r.tenant_id or p.tenant_id is null)
    where r.asset_id = ${assetId} and r.focus <> ${focus}
      and case when r.transient then r.preset like 'fly-%-cover-%' else p.definition->>'fit' = 'cover' end`;
  const lazy = covering.filter(({ eager }) => !eager).map(({ key }) => key);
  await tx`delete from renditions where object_key = any(${lazy}::text[])`;
  await letGo(tx, asset.tenantId, lazy);
  if (covering.some(({ eager }) => eager)) {
    await createReprocess(tx, { tenantId: asset.tenantId, preset: null, assetIds: [assetId] });
  }
  return true;
}
