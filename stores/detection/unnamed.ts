import type { Box } from '../../domain/detection.ts';
import { MIN_SCORE } from '../../domain/detector.ts';
import type { AssetRange } from '../../domain/reprocess.ts';
import type { Sql } from '../postgres/database.ts';
import { isSeen } from './seen.ts';
import { type DetectTarget, targetColumns } from './targets.ts';

/** A picture whose boxes a classifier is to look at. */
export interface NameTarget extends DetectTarget {
  /** Whose boxes they are. */
  detectorId: number;
  /** What the detector's pictures had to be like, so that the classifier sees the same ones. */
  detectorInput: { width: number; height: number };
  /** The detector's conservative threshold. */
  conservative: number;
  boxes: { id: number; label: string; score: number; box: Box }[];
  place: { country: string | null; admin1: string | null };
}

/** Where an asset was taken: its location says, else its camera. */
export const countryOf = (sql: Sql) => sql`
  coalesce((select jsonb_build_object('country', l.country, 'admin1', l.admin1)
      from locations l where l.id = a.location_id and l.country is not null),
    (select jsonb_build_object('country', c.country, 'admin1', c.admin1) from cameras c
      where c.tenant_id = a.tenant_id and c.country is not null
        -- Frames say in their EXIF which camera they are of.
        and a.source_kind = 'rtsp' and c.id::text = a.camera_serial),
    jsonb_build_object('country', null, 'admin1', null))`;

/** @param detector a column with the id of the model whose boxes are meant */
const columns = (sql: Sql, detector: ReturnType<Sql>) => sql`
  ${targetColumns(sql)}, ${detector} as "detectorId",
  -- Files of other programs say nothing of that.
  coalesce((select m.manifest->'input' from models m where m.id = ${detector}), '{"width": 1, "height": 1}') as "detectorInput",
  coalesce((select (m.manifest->'thresholds'->>'conservative')::float8 from models m where m.id = ${detector}),
    ${MIN_SCORE}) as conservative,
  ${countryOf(sql)} as place,
  coalesce((
    select jsonb_agg(jsonb_build_object('id', d.id, 'label', d.label, 'score', round(d.score::numeric, 4),
      'box', jsonb_build_array(round(d.x::numeric, 4), round(d.y::numeric, 4), round(d.width::numeric, 4),
        round(d.height::numeric, 4))) order by d.id)
    from detections d where d.asset_id = a.id and d.model_id = ${detector}), '[]') as boxes`;

/** Of the given assets, those with boxes of a detector that the classifier has not looked at. */
export async function unnamedAmong(
  sql: Sql,
  { classifier, detector }: { classifier: number; detector: number },
  assetIds: readonly number[],
): Promise<NameTarget[]> {
  return sql<NameTarget[]>`
    select ${columns(sql, sql`r.model_id`)} from assets a
    join detection_runs r on r.asset_id = a.id and r.model_id = ${detector} and r.state = 'done'
    where a.id = any(${assetIds as number[]}::bigint[]) and a.state in ('pending', 'ready') and a.width is not null
      and not exists (select from classification_runs c
        where c.asset_id = a.id and c.model_id = ${classifier} and c.detector_id = r.model_id)
    order by a.id`;
}

/** Of the given assets, those that a classifier has not looked at which looks alone: no detector has boxes for it. */
export async function unseenAmong(
  sql: Sql,
  classifier: number,
  assetIds: readonly number[],
): Promise<NameTarget[]> {
  return sql<NameTarget[]>`
    select ${columns(sql, sql`${classifier}::bigint`)} from assets a
    where a.id = any(${assetIds as number[]}::bigint[]) and a.state in ('pending', 'ready') and a.width is not null
      and not exists (select from detection_runs r where r.asset_id = a.id and r.model_id = ${classifier})
    order by a.id`;
}

/** Ready pictures of a range that no detector has looked at, for a classifier that looks alone. */
export async function unseenIn(sql: Sql, reprocessId: string, range: AssetRange): Promise<NameTarget[]> {
  return sql<NameTarget[]>`
    select ${columns(sql, sql`p.model_id`)} from reprocesses p
    join assets a on a.tenant_id = p.tenant_id and a.state = 'ready' and (p.asset_ids is null or a.id = any(p.asset_ids))
    where p.id = ${reprocessId} and a.id > ${range.after} and a.id <= ${range.upTo} and a.width is not null
      and a.detection_model_id is null and not ${isSeen(sql)}
    order by a.id`;
}

/** Ready pictures of a range that a reprocess is to have named, by the boxes that count; failed runs are tried again. */
export async function unnamedIn(sql: Sql, reprocessId: string, range: AssetRange): Promise<NameTarget[]> {
  return sql<NameTarget[]>`
    select ${columns(sql, sql`a.detection_model_id`)} from reprocesses p
    join assets a on a.tenant_id = p.tenant_id and a.state = 'ready' and (p.asset_ids is null or a.id = any(p.asset_ids))
    where p.id = ${reprocessId} and a.id > ${range.after} and a.id <= ${range.upTo} and a.width is not null
      and a.detection_model_id is not null and not exists (select from classification_runs c
        where c.asset_id = a.id and c.model_id = p.model_id and c.detector_id = a.detection_model_id and c.state = 'done')
    order by a.id`;
}

/** Has the words of a classifier count again in the pictures of a range that it has seen before. @returns in which they did not */
export async function adoptNamesIn(tx: Sql, reprocessId: string, range: AssetRange): Promise<number[]> {
  const rows = await tx<{ id: number }[]>`
    with seen as (
      select a.id, p.model_id from reprocesses p
      join assets a on a.tenant_id = p.tenant_id and a.state = 'ready' and (p.asset_ids is null or a.id = any(p.asset_ids))
      join classification_runs c on c.asset_id = a.id and c.model_id = p.model_id
        and c.detector_id = a.detection_model_id and c.state = 'done'
      where p.id = ${reprocessId} and a.id > ${range.after} and a.id <= ${range.upTo}
        and a.classifier_model_id is distinct from p.model_id
      order by a.id for no key update of a
    )
    update assets a set classifier_model_id = s.model_id, updated_at = now()
    from seen s where a.id = s.id returning a.id`;
  return rows.map(({ id }) => id);
}
