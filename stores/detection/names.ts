import type { Classification } from '../../domain/detection.ts';
import { categoryOf, type SpeciesPrediction } from '../../domain/prediction.ts';
import { storableShort } from '../../domain/text.ts';
import type { Sql } from '../postgres/database.ts';
import { refreshLabels } from './labels.ts';

export interface NamedBox {
  /** Of the detection. */
  id: number;
  /** Best first. */
  answers: readonly Classification[];
  prediction: SpeciesPrediction | null;
}

/** What a classifier makes of a picture as a whole. */
export interface NamedPicture {
  /** Best first. */
  answers: readonly Classification[];
  /** `null`: it is not sure enough of anything. */
  prediction: SpeciesPrediction | null;
}

/** What came of letting a classifier look at the boxes of one picture, or at all of it. */
export interface NameRecord {
  assetId: number;
  /** Whose boxes they are. */
  detectorId: number;
  place: { country: string | null; admin1: string | null };
  failed: { reason: string; detail: string } | null;
  boxes: readonly NamedBox[];
  /** `null`: it was not asked. */
  whole: NamedPicture | null;
  tookMs: number;
}

/**
 * Records what a classifier said, in place of what it said before. Pictures that are ready show it from then on; others
 * when they are stored. Boxes that are gone meanwhile are passed over.
 */
export async function saveNames(
  tx: Sql,
  classifier: { id: number; name: string; shadow: boolean },
  records: readonly NameRecord[],
): Promise<void> {
  if (records.length === 0) return;
  const { id: modelId, shadow } = classifier;
  const runs = records.map(({ assetId, detectorId, place, failed, boxes, whole, tookMs }) => ({
    ...{
      asset: assetId,
      detector: detectorId,
      state: failed === null ? 'done' : 'failed',
      boxes: boxes.length,
    },
    ...{ country: place.country, admin1: place.admin1, took: tookMs, reason: failed?.reason ?? null },
    detail: failed === null ? null : storableShort(failed.detail),
    ...wholeOf(whole),
  }));
  const ids = runs.map(({ asset }) => asset).toSorted((a, b) => a - b);
  // One after the other with whoever else changes what is shown in them.
  await tx`select id from assets where id = any(${ids}::bigint[]) order by id for no key update`;
  await tx`
    with given as (
      select t.*, a.tenant_id, a.item_id
      from jsonb_to_recordset(${tx.json(runs)}) as t(asset bigint, detector bigint, state text, boxes int, country text,
        admin1 text, took real, reason text, detail text, "wholeLabel" text, "wholeScore" real, "wholeSource" text,
        "wholeCategory" text, "wholeAnswers" jsonb)
      join assets a on a.id = t.asset and a.state in ('pending', 'ready', 'trashed')
      -- The detector may have looked again, or been replaced by a file, while the classifier did.
      join detection_runs r on r.asset_id = t.asset and r.model_id = t.detector and r.state = 'done'
    ), noted as (
      insert into events (tenant_id, item_id, asset_id, kind, detail)
      select tenant_id, item_id, asset,
        case state when 'done' then 'asset.classified' else 'asset.classification_failed' end,
        jsonb_strip_nulls(jsonb_build_object('model', ${classifier.name}::text, 'boxes', case state when 'done' then boxes end,
          'type', reason, 'detail', detail))
      from given where state = 'failed' or boxes > 0 or "wholeAnswers" is not null
    ), told as (
      update assets a set classifier_model_id = ${modelId}, updated_at = now() from given g
      where a.id = g.asset and a.state <> 'pending' and g.state = 'done' and not ${shadow}
        and a.detection_model_id = g.detector
    )
    insert into classification_runs (asset_id, model_id, detector_id, tenant_id, state, reason, detail, boxes, country,
      admin1, took_ms, whole_label, whole_score, whole_source, whole_category, whole_answers)
    select asset, ${modelId}, detector, tenant_id, state, reason, detail, boxes, country, admin1, took, "wholeLabel",
      "wholeScore", "wholeSource", "wholeCategory", "wholeAnswers" from given
    on conflict (asset_id, model_id, detector_id) do update set state = excluded.state, reason = excluded.reason,
      detail = excluded.detail, boxes = excluded.boxes, country = excluded.country, admin1 = excluded.admin1,
      took_ms = excluded.took_ms, whole_label = excluded.whole_label, whole_score = excluded.whole_score,
      whole_source = excluded.whole_source, whole_category = excluded.whole_category,
      whole_answers = excluded.whole_answers, ran_at = now()`;
  const boxes = records.flatMap(({ boxes: named }) => named);
  await putAnswers(tx, modelId, boxes);
  await putPredictions(tx, modelId, boxes);
  if (!shadow) await refreshLabels(tx, ids);
}

function wholeOf(whole: NamedPicture | null) {
  const prediction = whole?.prediction ?? null;
  return {
    wholeLabel: prediction && storableShort(prediction.label),
    wholeScore: prediction?.score ?? null,
    wholeSource: prediction?.source ?? null,
    wholeCategory: prediction && categoryOf(prediction.label),
    wholeAnswers: whole?.answers.map(({ label, score }) => ({ label: storableShort(label), score })) ?? null,
  };
}

/** What classifiers said of a picture as a whole, that of the one in use first. */
export interface WholePicture extends NamedPicture {
  /** `name@version` */
  classifier: string;
  /** It is what the picture shows, unless a box says otherwise. */
  current: boolean;
}

export async function wholePictures(sql: Sql, assetId: number): Promise<WholePicture[]> {
  return sql<WholePicture[]>`
    select m.name || '@' || m.version as classifier, w.whole_answers as answers,
      a.classifier_model_id is not distinct from w.model_id and a.detection_model_id is not distinct from w.detector_id as current,
      case when w.whole_label is not null then jsonb_build_object('label', w.whole_label,
        'score', round(w.whole_score::numeric, 4), 'source', w.whole_source) end as prediction
    from classification_runs w join models m on m.id = w.model_id join assets a on a.id = w.asset_id
    where w.asset_id = ${assetId} and w.whole_answers is not null order by current desc, w.ran_at desc`;
}

async function putAnswers(tx: Sql, modelId: number, boxes: readonly NamedBox[]): Promise<void> {
  const answers = boxes.flatMap(({ id, answers: given }) =>
    given.map(({ label, score }) => ({ id, label: storableShort(label), score })),
  );
  await tx`
    delete from detection_classifications
    where model_id = ${modelId} and detection_id = any(${boxes.map(({ id }) => id)}::bigint[])`;
  await tx`
    insert into detection_classifications (detection_id, tenant_id, asset_id, label, score, model_id)
    select d.id, d.tenant_id, d.asset_id, t.label, max(t.score), ${modelId}
    from jsonb_to_recordset(${tx.json(answers)}) as t(id bigint, label text, score real)
    join detections d on d.id = t.id
    group by d.id, t.label`;
}

async function putPredictions(tx: Sql, modelId: number, boxes: readonly NamedBox[]): Promise<void> {
  const predictions = boxes.flatMap(({ id, prediction }) =>
    prediction === null ? [] : [{ id, ...prediction, label: storableShort(prediction.label) }],
  );
  await tx`
    insert into detection_predictions (detection_id, model_id, tenant_id, asset_id, label, score, source)
    select d.id, ${modelId}, d.tenant_id, d.asset_id, t.label, t.score, t.source
    from jsonb_to_recordset(${tx.json(predictions)}) as t(id bigint, label text, score real, source text)
    join detections d on d.id = t.id
    on conflict (detection_id, model_id) do update set label = excluded.label, score = excluded.score,
      source = excluded.source`;
}
