import type { Classification } from '../../domain/detection.ts';
import type { SpeciesPrediction } from '../../domain/prediction.ts';
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

/** What came of letting a classifier look at the boxes of one picture. */
export interface NameRecord {
  assetId: number;
  /** Whose boxes they are. */
  detectorId: number;
  place: { country: string | null; admin1: string | null };
  failed: { reason: string; detail: string } | null;
  boxes: readonly NamedBox[];
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
  const runs = records.map(({ assetId, detectorId, place, failed, boxes, tookMs }) => ({
    ...{
      asset: assetId,
      detector: detectorId,
      state: failed === null ? 'done' : 'failed',
      boxes: boxes.length,
    },
    ...{ country: place.country, admin1: place.admin1, took: tookMs, reason: failed?.reason ?? null },
    detail: failed === null ? null : storableShort(failed.detail),
  }));
  const ids = runs.map(({ asset }) => asset).toSorted((a, b) => a - b);
  // One after the other with whoever else changes what is shown in them.
  await tx`select id from assets where id = any(${ids}::bigint[]) order by id for no key update`;
  await tx`
    with given as (
      select t.*, a.tenant_id, a.item_id
      from jsonb_to_recordset(${tx.json(runs)}) as t(asset bigint, detector bigint, state text, boxes int, country text,
        admin1 text, took real, reason text, detail text)
      join assets a on a.id = t.asset and a.state in ('pending', 'ready', 'trashed')
      -- The detector may have looked again, or been replaced by a file, while the classifier did.
      join detection_runs r on r.asset_id = t.asset and r.model_id = t.detector and r.state = 'done'
    ), noted as (
      insert into events (tenant_id, item_id, asset_id, kind, detail)
      select tenant_id, item_id, asset,
        case state when 'done' then 'asset.classified' else 'asset.classification_failed' end,
        jsonb_strip_nulls(jsonb_build_object('model', ${classifier.name}::text, 'boxes', case state when 'done' then boxes end,
          'type', reason, 'detail', detail))
      from given where state = 'failed' or boxes > 0
    ), told as (
      update assets a set classifier_model_id = ${modelId}, updated_at = now() from given g
      where a.id = g.asset and a.state <> 'pending' and g.state = 'done' and not ${shadow}
        and a.detection_model_id = g.detector
    )
    insert into classification_runs (asset_id, model_id, detector_id, tenant_id, state, reason, detail, boxes, country,
      admin1, took_ms)
    select asset, ${modelId}, detector, tenant_id, state, reason, detail, boxes, country, admin1, took from given
    on conflict (asset_id, model_id, detector_id) do update set state = excluded.state, reason = excluded.reason,
      detail = excluded.detail, boxes = excluded.boxes, country = excluded.country, admin1 = excluded.admin1,
      took_ms = excluded.took_ms, ran_at = now()`;
  const boxes = records.flatMap(({ boxes: named }) => named);
  await putAnswers(tx, modelId, boxes);
  await putPredictions(tx, modelId, boxes);
  if (!shadow) await refreshLabels(tx, ids);
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
