import type { AssetState, RenditionRow } from './library.ts';
import type { Sql } from './postgres/database.ts';
import { wantedBlur } from './privacy.ts';

export type TrashedBy = 'person' | 'merged' | 'purge';

/**
 * Puts ready assets into the trash: nobody is shown them, their bytes stay.
 * @returns the ids that were ready; others are left as they are
 */
export async function trashAssets(
  tx: Sql,
  tenantId: string,
  ids: readonly number[],
  why: { by: TrashedBy; mergedInto?: number },
): Promise<number[]> {
  const rows = await tx<{ id: number }[]>`
    with gone as (
      update assets set state = 'trashed', trashed_at = now(), trashed_by = ${why.by},
        merged_into = ${why.mergedInto ?? null}, updated_at = now()
      where tenant_id = ${tenantId} and id = any(${ids as number[]}::bigint[]) and state = 'ready'
      returning id, tenant_id
    ), noted as (
      insert into events (tenant_id, asset_id, kind, detail)
      select tenant_id, id, 'asset.trashed',
        jsonb_strip_nulls(jsonb_build_object('by', ${why.by}::text, 'merged_into', ${why.mergedInto ?? null}::bigint))
      from gone
    ), told as (
      insert into feed_events (tenant_id, kind, asset_ids, detail)
      select tenant_id, 'asset.trashed', array_agg(id order by id), jsonb_build_object('by', ${why.by}::text)
      from gone group by tenant_id
    )
    select id from gone order by id`;
  return rows.map(({ id }) => id);
}

/** Takes assets out of the trash. @returns the ids that were in it */
export async function restoreAssets(tx: Sql, tenantId: string, ids: readonly number[]): Promise<number[]> {
  const rows = await tx<{ id: number }[]>`
    with back as (
      update assets set state = 'ready', trashed_at = null, trashed_by = null, merged_into = null, purge_id = null,
        updated_at = now()
      where tenant_id = ${tenantId} and id = any(${ids as number[]}::bigint[]) and state = 'trashed'
      returning id, tenant_id
    ), noted as (
      insert into events (tenant_id, asset_id, kind) select tenant_id, id, 'asset.restored' from back
    ), told as (
      insert into feed_events (tenant_id, kind, asset_ids)
      select tenant_id, 'asset.restored', array_agg(id order by id) from back group by tenant_id
    )
    select id from back order by id`;
  return rows.map(({ id }) => id);
}

/** The tenants of these assets, and what can be said of each; ids that name nothing (any more) are left out. */
export async function whereabouts(
  sql: Sql,
  ids: readonly number[],
  tenantId: string | null,
): Promise<{ id: number; tenantId: string; state: AssetState }[]> {
  return sql<{ id: number; tenantId: string; state: AssetState }[]>`
    select id, tenant_id as "tenantId", state from assets
    where id = any(${ids as number[]}::bigint[]) and state not in ('deleting', 'deleted')
      and (${tenantId}::uuid is null or tenant_id = ${tenantId})
    order by id`;
}

/** The small picture of an image in the trash, so that people know what they take out or let go. */
export async function trashedThumb(
  sql: Sql,
  id: number,
  revealed: boolean,
): Promise<(RenditionRow & { name: string }) | null> {
  const [row] = await sql<(RenditionRow & { name: string })[]>`
    select r.asset_id as "assetId", r.preset, r.version, r.object_key as "objectKey", r.width, r.height, r.bytes,
      encode(r.sha256, 'hex') as sha256, r.media_type as "mediaType", a.name
    from assets a join tenants t on t.id = a.tenant_id join renditions r on r.asset_id = a.id
    where a.id = ${id} and a.state = 'trashed' and r.preset = 'thumb' and not r.transient
      and (${revealed} or r.blur = ${wantedBlur(sql)})
    order by r.blur, r.version desc limit 1`;
  return row ?? null;
}
