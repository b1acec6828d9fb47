import type { Point, Preset } from '../domain/presets.ts';
import { letGo } from './looseObjects.ts';
import type { Sql } from './postgres/database.ts';
import { eagerPresets } from './presets.ts';

/** An asset that lacks renditions, and which. */
export interface RepairTarget {
  assetId: number;
  uid: string;
  tenantId: string;
  focal: Point | null;
  lacks: Preset[];
}

/** @returns `null`: no such asset is kept */
export async function repairTarget(sql: Sql, uid: string): Promise<RepairTarget | null> {
  const [row] = await sql<
    { assetId: number; tenantId: string; focalX: number | null; focalY: number | null; has: string[] }[]
  >`
    select a.id as "assetId", a.tenant_id as "tenantId", a.focal_x as "focalX", a.focal_y as "focalY",
      array(select r.preset from renditions r where r.asset_id = a.id) as has
    from assets a where a.uid = ${uid} and a.state in ('ready', 'trashed')`;
  if (row === undefined) return null;
  const { assetId, tenantId, focalX, focalY, has } = row;
  const presets = (await eagerPresets(sql, [tenantId])).of.get(tenantId) ?? [];
  return {
    assetId,
    uid,
    tenantId,
    focal: focalX === null || focalY === null ? null : { x: focalX, y: focalY },
    lacks: presets.filter(({ name }) => !has.includes(name)),
  };
}

/** Takes renditions that are not what their rows say off their asset. What is asked for is made anew. */
export async function dropRenditions(tx: Sql, keys: readonly string[]): Promise<void> {
  const gone = await tx<{ key: string; tenantId: string }[]>`
    delete from renditions where object_key = any(${keys as string[]}::text[])
    returning object_key as key, tenant_id as "tenantId"`;
  for (const { key, tenantId } of gone) await letGo(tx, tenantId, [key]);
}

/** `asset.repaired`, or `asset.repair_failed` for an original that could be decoded once and cannot be now. */
export async function noteRepair(
  sql: Sql,
  assetId: number,
  kind: 'asset.repaired' | 'asset.repair_failed',
  detail: Record<string, string>,
): Promise<void> {
  await sql`
    insert into events (tenant_id, item_id, asset_id, kind, detail)
    select tenant_id, item_id, id, ${kind}, ${sql.json(detail)} from assets where id = ${assetId}`;
}
