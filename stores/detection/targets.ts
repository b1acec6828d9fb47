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

const columns = (sql: Sql) => sql`
  a.id as "assetId", a.uid, a.tenant_id as "tenantId", a.width, a.height, (
    select jsonb_build_object('objectKey', r.object_key, 'width', r.width, 'height', r.height)
    from renditions r
    join presets p on p.name = r.preset and p.version = r.version and (p.tenant_id = a.tenant_id or p.tenant_id is null)
    where r.asset_id = a.id and not r.transient and r.media_type = 'image/jpeg' and p.definition->>'fit' = 'inside'
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
    select ${columns(sql)} from assets a
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

/** Ready pictures of a range that a reprocess is to have looked at; failed runs are tried again. */
export async function targetsIn(
  sql: Sql,
  reprocessId: string,
  range: AssetRange,
): Promise<{ modelId: number | null; targets: DetectTarget[] }> {
  const [what] = await sql<{ modelId: number | null }[]>`
    select model_id as "modelId" from reprocesses where id = ${reprocessId}`;
  const modelId = what?.modelId ?? null;
  if (modelId === null) return { modelId, targets: [] };
  const targets = await sql<DetectTarget[]>`
    select ${columns(sql)} from reprocesses p
    join assets a on a.tenant_id = p.tenant_id and a.state = 'ready' and (p.asset_ids is null or a.id = any(p.asset_ids))
    where p.id = ${reprocessId} and a.id > ${range.after} and a.id <= ${range.upTo} and a.width is not null
      and not exists (select from detection_runs r where r.asset_id = a.id and r.model_id = p.model_id and r.state = 'done')
    order by a.id`;
  return { modelId, targets };
}
