import type { AssetRange } from '../../domain/reprocess.ts';
import type { Sql } from '../postgres/database.ts';

/** A picture that a model is to look at. */
export interface DetectTarget {
  assetId: number;
  uid: string;
  tenantId: string;
  width: number;
  height: number;
  /** The largest whole rendition in JPEG. */
  rendition: { objectKey: string; width: number; height: number } | null;
}

export const targetColumns = (sql: Sql) => sql`
  a.id as "assetId", a.uid, a.tenant_id as "tenantId", a.width, a.height, (
    select jsonb_build_object('objectKey', r.object_key, 'width', r.width, 'height', r.height)
    from renditions r
    join presets p on p.name = r.preset and p.version = r.version and (p.tenant_id = a.tenant_id or p.tenant_id is null)
    -- One without people would have the next model find none.
    where r.asset_id = a.id and not r.transient and r.blur = '' and r.media_type = 'image/jpeg' and p.definition->>'fit' = 'inside'
      and (p.definition->>'quality')::int >= 75
    order by r.width * r.height desc limit 1
  ) as rendition`;

/** Of the given assets, those that the model has not looked at. */
export async function targetsAmong(
  sql: Sql,
  modelId: number,
  assetIds: readonly number[],
): Promise<DetectTarget[]> {
  return sql<DetectTarget[]>`
    select ${targetColumns(sql)} from assets a
    where a.id = any(${assetIds as number[]}::bigint[]) and a.state in ('pending', 'ready') and a.width is not null
      and not exists (select from detection_runs r where r.asset_id = a.id and r.model_id = ${modelId})
    order by a.id`;
}

/** Which tenants the given assets belong to. */
export async function tenantsAmong(sql: Sql, assetIds: readonly number[]): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select distinct tenant_id as id from assets where id = any(${assetIds as number[]}::bigint[])`;
  return rows.map(({ id }) => id);
}

/** What a reprocess lets which model do. */
export interface Again {
  modelId: number;
  family: string;
  tenantId: string;
  /** What the model says is not to count. */
  shadow: boolean;
}

/** @returns `null`: it is about renditions, or gone */
export async function readAgain(sql: Sql, reprocessId: string): Promise<Again | null> {
  const [row] = await sql<Again[]>`
    select p.model_id as "modelId", m.family, p.tenant_id as "tenantId", p.shadow
    from reprocesses p join models m on m.id = p.model_id where p.id = ${reprocessId}`;
  return row ?? null;
}

const ofRange = (sql: Sql, reprocessId: string, range: AssetRange) => sql`
  reprocesses p
  join assets a on a.tenant_id = p.tenant_id and a.state = 'ready' and (p.asset_ids is null or a.id = any(p.asset_ids))
  left join detection_runs r on r.asset_id = a.id and r.model_id = p.model_id and r.state = 'done'
  where p.id = ${reprocessId} and a.id > ${range.after} and a.id <= ${range.upTo}`;

/** Ready pictures of a range that a reprocess is to have looked at; failed runs are tried again. */
export async function targetsIn(sql: Sql, reprocessId: string, range: AssetRange): Promise<DetectTarget[]> {
  return sql<DetectTarget[]>`
    select ${targetColumns(sql)} from ${ofRange(sql, reprocessId, range)} and a.width is not null and r.asset_id is null
    order by a.id`;
}

/**
 * Has the boxes of a model count again in the pictures of a range that it has seen before.
 * @returns in how many they did not
 */
export async function adoptIn(tx: Sql, reprocessId: string, range: AssetRange): Promise<number[]> {
  const rows = await tx<{ id: number }[]>`
    with seen as (
      select a.id, p.model_id from ${ofRange(tx, reprocessId, range)} and r.asset_id is not null
        and a.detection_model_id is distinct from p.model_id
      order by a.id for no key update of a
    )
    update assets a set detection_model_id = s.model_id, detection_state = 'done', detection_reason = null, updated_at = now()
    from seen s where a.id = s.id returning a.id`;
  return rows.map(({ id }) => id);
}
