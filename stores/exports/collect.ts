import type { DetectionLabel } from '../../domain/detection.ts';
import type { Sql } from '../postgres/database.ts';
import { isSuppressed } from '../repeats/suppressed.ts';
import { positionsOf } from './parts.ts';

/** What is known of one image, as other programs may want it. Times are texts: it lies in an object meanwhile. */
export interface CollectedImage {
  id: number;
  uid: string;
  name: string;
  externalId: string | null;
  width: number | null;
  height: number | null;
  mediaType: string;
  capturedAt: string | null;
  offsetMinutes: number | null;
  camera: string | null;
  location: { id: string; name: string; latitude: number | null; longitude: number | null } | null;
  sequence: { id: string; images: number; position: number } | null;
  detectionState: string | null;
  detectionReason: string | null;
  nothingHere: { by: string; at: string | null } | null;
  boxes: CollectedBox[];
  /** What a classifier says of all of it. Parts of before do not have it. */
  whole?: CollectedWhole | null;
}

export interface CollectedWhole {
  category: DetectionLabel;
  label: string;
  score: number;
  /** Best first. Parts of before do not have them. */
  answers?: { label: string; score: number }[];
  by: string;
  at: string | null;
}

export interface CollectedBox {
  label: string;
  score: number;
  box: [number, number, number, number];
  sure: boolean;
  method: 'human' | 'machine';
  by: string;
  at: string | null;
  classifications: { label: string; score: number }[];
}

const utc = (sql: Sql, column: ReturnType<Sql>) =>
  sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * What is known of the images of one part, in order. Boxes are those of the model whose boxes count and nobody judged, and
 * what people said.
 * @param minConfidence in the place of the thresholds that hold for the tenant
 */
export async function collectImages(
  sql: Sql,
  exportId: string,
  part: number,
  minConfidence: number | null,
): Promise<CollectedImage[]> {
  const { first, last } = positionsOf(part);
  return sql<CollectedImage[]>`
    select a.id, a.uid, a.name, i.external_id as "externalId", a.width, a.height, a.media_type as "mediaType",
      ${utc(sql, sql`a.captured_at`)} as "capturedAt", a.captured_offset as "offsetMinutes", a.camera_key as camera,
      case when l.id is not null then jsonb_build_object('id', l.id, 'name', l.name, 'latitude', l.latitude,
        'longitude', l.longitude) end as location,
      case when s.id is not null then jsonb_build_object('id', s.id, 'images', s.images, 'position', q.position) end
        as sequence,
      a.detection_state as "detectionState", a.detection_reason as "detectionReason",
      case when a.nothing_here then coalesce((
        select jsonb_build_object('by', v.author, 'at', ${utc(sql, sql`v.at`)}) from annotation_events v
        where v.asset_id = a.id and v.kind = 'nothing_here' order by v.id desc limit 1
      ), jsonb_build_object('by', 'somebody', 'at', null)) end as "nothingHere",
      coalesce(seen.boxes, '[]') || coalesce(said.boxes, '[]') as boxes, all_of_it.whole
    from export_images x
    join assets a on a.id = x.asset_id and a.state not in ('deleting', 'deleted')
    left join import_items i on i.id = a.item_id
    left join locations l on l.id = a.location_id
    left join sequence_images q on q.asset_id = a.id
    left join sequences s on s.id = q.sequence_id
    left join lateral (
      select jsonb_agg(jsonb_build_object('label', d.label, 'score', round(d.score::numeric, 5),
        'box', jsonb_build_array(round(d.x::numeric, 6), round(d.y::numeric, 6), round(d.width::numeric, 6),
          round(d.height::numeric, 6)),
        'sure', d.score >= coalesce(${minConfidence}::real, t.threshold, c.threshold, 0) and not ${isSuppressed(sql)},
        'method', 'machine', 'by', m.name || '@' || m.version, 'at', ${utc(sql, sql`r.ran_at`)},
        -- What follows from the answers comes before them.
        'classifications', coalesce((
          select jsonb_agg(jsonb_build_object('label', w.label, 'score', round(w.score::numeric, 5)) order by w.first, w.score desc)
          from (
            select p.label, p.score, 0 as first where p.label is not null
            union all
            select k.label, k.score, 1 from detection_classifications k
            where k.detection_id = d.id and k.model_id is not distinct from p.model_id and k.label is distinct from p.label
          ) w), '[]')
      ) order by d.score desc, d.id) as boxes
      from detections d
      join models m on m.id = d.model_id
      left join detection_runs r on r.asset_id = d.asset_id and r.model_id = d.model_id
      left join model_classes c on c.model_id = d.model_id and c.class = d.class
      left join model_thresholds t on t.tenant_id = d.tenant_id and t.model_id = d.model_id and t.label = d.label
      left join detection_predictions p on p.detection_id = d.id and p.model_id = a.classifier_model_id
      where d.asset_id = a.id and d.model_id = a.detection_model_id and d.annotation_id is null and not a.nothing_here
    ) seen on true
    left join lateral (
      select jsonb_agg(jsonb_build_object('label', n.label, 'score', 1,
        'box', jsonb_build_array(round(n.x::numeric, 6), round(n.y::numeric, 6), round(n.width::numeric, 6),
          round(n.height::numeric, 6)),
        'sure', true, 'method', 'human', 'by', coalesce(v.author, 'somebody'), 'at', ${utc(sql, sql`n.updated_at`)},
        'classifications', '[]'::jsonb) order by n.id) as boxes
      from annotations n
      left join lateral (
        select author from annotation_events where annotation_id = n.id order by id desc limit 1
      ) v on true
      where n.asset_id = a.id and n.state in ('confirmed', 'corrected', 'added')
    ) said on true
    left join lateral (
      select jsonb_build_object('category', w.whole_category, 'label', w.whole_label, 'score', round(w.whole_score::numeric, 5),
        'answers', coalesce(w.whole_answers, '[]'), 'by', m.name || '@' || m.version, 'at', ${utc(sql, sql`w.ran_at`)}) as whole
      from classification_runs w join models m on m.id = w.model_id
      where w.asset_id = a.id and w.model_id = a.classifier_model_id and w.detector_id = a.detection_model_id
        and w.whole_category is not null and not a.nothing_here
    ) all_of_it on true
    where x.export_id = ${exportId} and x.position between ${first} and ${last}
    order by x.position`;
}

/** The detectors whose boxes an export has, with when they last looked. */
export async function detectorsOf(
  sql: Sql,
  exportId: string,
): Promise<{ name: string; threshold: number | null; completedAt: Date | null }[]> {
  return sql<{ name: string; threshold: number | null; completedAt: Date | null }[]>`
    select m.name || '@' || m.version as name,
      (select min(c.threshold) from model_classes c where c.model_id = m.id)::float8 as threshold,
      max(r.ran_at) as "completedAt"
    from export_images x
    join assets a on a.id = x.asset_id
    -- A classifier may have looked alone.
    join models m on m.id = a.detection_model_id and m.family <> 'classifier'
    left join detection_runs r on r.asset_id = a.id and r.model_id = m.id
    where x.export_id = ${exportId} group by m.id order by count(*) desc`;
}

/** The classifiers whose words an export has, with when they last looked. */
export async function classifiersOf(
  sql: Sql,
  exportId: string,
): Promise<{ name: string; completedAt: Date | null }[]> {
  return sql<{ name: string; completedAt: Date | null }[]>`
    select m.name || '@' || m.version as name, max(c.ran_at) as "completedAt"
    from export_images x
    join assets a on a.id = x.asset_id
    join models m on m.id = a.classifier_model_id
    join classification_runs c on c.asset_id = a.id and c.model_id = m.id and c.detector_id = a.detection_model_id
      and (c.boxes > 0 or c.whole_answers is not null)
    where x.export_id = ${exportId} group by m.id order by count(*) desc`;
}

export interface CollectedDeployment {
  tenantId: string;
  locationId: string;
  locationName: string;
  latitude: number;
  longitude: number;
  camera: string | null;
  cameraModel: string | null;
  start: Date;
  end: Date;
  offsetMinutes: number | null;
}

/** Stays of cameras at places, as far as their images tell: from the first to the last. */
export async function deploymentsOf(sql: Sql, exportId: string): Promise<CollectedDeployment[]> {
  return sql<CollectedDeployment[]>`
    select l.tenant_id as "tenantId", l.id as "locationId", l.name as "locationName", l.latitude, l.longitude, a.camera_key as camera,
      nullif(concat_ws(' ', max(a.camera_make), max(a.camera_model)), '') as "cameraModel",
      min(a.captured_at) as start, max(a.captured_at) as end,
      mode() within group (order by a.captured_offset) as "offsetMinutes"
    from export_images x
    join assets a on a.id = x.asset_id and a.captured_at is not null
    join locations l on l.id = a.location_id and l.latitude is not null and l.longitude is not null
    where x.export_id = ${exportId}
    group by l.id, a.camera_key order by l.name, l.id, a.camera_key`;
}
