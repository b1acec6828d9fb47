import type { RenditionFile } from '../domain/facts.ts';
import type { Sql } from './postgres/database.ts';

/** What is needed to render a picture once more. */
export interface RepairTarget {
  assetId: number;
  uid: string;
  tenantId: string;
  name: string;
  modifiedAt: Date | null;
  timezone: string | null;
}

/** `null`: no such asset is kept. */
export async function repairTarget(sql: Sql, uid: string): Promise<RepairTarget | null> {
  const [target] = await sql<RepairTarget[]>`
    select a.id as "assetId", a.uid, a.tenant_id as "tenantId", a.name, a.modified_at as "modifiedAt", m.timezone
    from assets a
    left join import_items i on i.id = a.item_id
    left join imports m on m.id = i.import_id
    where a.uid = ${uid} and a.state in ('ready', 'trashed')`;
  return target ?? null;
}

/** Records renditions that were made anew, and nothing else of the asset. They are in the store already. */
export async function replaceRenditions(
  sql: Sql,
  assetId: number,
  renditions: readonly (Omit<RenditionFile, 'path'> & { key: string })[],
): Promise<void> {
  await sql`
    with kept as (
      select id, tenant_id, item_id from assets where id = ${assetId} and state in ('ready', 'trashed')
    ), noted as (
      insert into events (tenant_id, item_id, asset_id, kind) select tenant_id, item_id, id, 'asset.repaired' from kept
    )
    insert into renditions (asset_id, tenant_id, preset, version, object_key, width, height, bytes, sha256)
    select k.id, k.tenant_id, t.preset, t.version, t.key, t.width, t.height, t.bytes, decode(t.sha256, 'hex')
    from kept k, jsonb_to_recordset(${sql.json(renditions.map((each) => ({ ...each })))})
      as t(preset text, version int, key text, width int, height int, bytes bigint, sha256 text)
    on conflict (asset_id, preset, version) do update set object_key = excluded.object_key, width = excluded.width,
      height = excluded.height, bytes = excluded.bytes, sha256 = excluded.sha256`;
}

/** An original that could be decoded once and cannot be now: a person has to look. */
export async function noteRepairFailed(
  sql: Sql,
  assetId: number,
  why: { reason: string; detail: string },
): Promise<void> {
  await sql`
    insert into events (tenant_id, item_id, asset_id, kind, detail)
    select tenant_id, item_id, id, 'asset.repair_failed', ${sql.json(why)} from assets where id = ${assetId}`;
}
