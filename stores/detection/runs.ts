import type { FoundBox } from '../../domain/detector.ts';
import { storableShort } from '../../domain/text.ts';
import type { Sql } from '../postgres/database.ts';
import { refreshLabels } from './labels.ts';

/** What came of letting a model look at one picture. */
export interface RunRecord {
  assetId: number;
  /** `null`: it gave boxes, or none. */
  failed: { reason: string; detail: string } | null;
  boxes: readonly FoundBox[];
  /** Of the picture that it saw. */
  width: number;
  height: number;
  tookMs: number;
}

/** From here on, a new box is the one that somebody judged before. */
const SAME = 0.5;

export interface RunModel {
  id: number;
  name: string;
  classes: readonly string[];
  /** Its boxes are to be compared with those that count, and are not to count themselves. */
  shadow?: boolean;
}

/**
 * Records what a model saw, in place of what it saw before; a whole batch in a few statements. Pictures that are ready show
 * it from then on; others when they are stored. Boxes that people judged, of whatever model, stay judged.
 */
export async function saveRuns(tx: Sql, model: RunModel, records: readonly RunRecord[]): Promise<void> {
  if (records.length === 0) return;
  await put(tx, model, records);
  await refreshLabels(
    tx,
    records.map(({ assetId }) => assetId),
  );
}

async function put(tx: Sql, model: RunModel, records: readonly RunRecord[]): Promise<void> {
  const { shadow = false } = model;
  const runs = records.map(({ assetId, failed, boxes, width, height, tookMs }) => ({
    ...{
      asset: assetId,
      state: failed === null ? 'done' : 'failed',
      boxes: boxes.length,
      width,
      height,
      took: tookMs,
    },
    ...{ reason: failed?.reason ?? null, detail: failed === null ? null : storableShort(failed.detail) },
  }));
  const ids = runs.map(({ asset }) => asset);
  await tx`delete from detections where model_id = ${model.id} and asset_id = any(${ids}::bigint[])`;
  await tx`delete from classification_runs where detector_id = ${model.id} and asset_id = any(${ids}::bigint[])`;
  await tx`
    with given as (
      select t.*, a.tenant_id, a.item_id
      from jsonb_to_recordset(${tx.json(runs)}) as t(asset bigint, state text, boxes int, reason text, detail text,
        width int, height int, took real)
      join assets a on a.id = t.asset and a.state in ('pending', 'ready', 'trashed')
    ), noted as (
      insert into events (tenant_id, item_id, asset_id, kind, detail)
      select tenant_id, item_id, asset, case state when 'done' then 'asset.detected' else 'asset.detection_failed' end,
        jsonb_strip_nulls(jsonb_build_object('model', ${model.name}::text, 'boxes', case state when 'done' then boxes end,
          'type', reason, 'detail', detail))
      from given
    ), told as (
      -- A failure takes nothing away from what another model gave.
      update assets a set detection_state = g.state, detection_reason = g.reason, updated_at = now(),
        detection_model_id = case g.state when 'done' then ${model.id} else a.detection_model_id end
      from given g
      where a.id = g.asset and a.state <> 'pending' and not ${shadow}
        and (g.state = 'done' or a.detection_model_id is null)
    )
    insert into detection_runs (asset_id, model_id, tenant_id, state, reason, detail, width, height, took_ms)
    select asset, ${model.id}, tenant_id, state, reason, detail, width, height, took from given
    on conflict (asset_id, model_id) do update set state = excluded.state, reason = excluded.reason,
      detail = excluded.detail, width = excluded.width, height = excluded.height, took_ms = excluded.took_ms, ran_at = now()`;
  const boxes = records.flatMap(({ assetId, boxes: found }) =>
    found.map(({ classId, score, box: [x, y, width, height] }) => ({
      ...{ asset: assetId, class: classId, label: model.classes[classId] ?? String(classId), score },
      ...{ x, y, width, height },
    })),
  );
  if (boxes.length === 0) return;
  await tx`
    insert into detections (asset_id, model_id, tenant_id, class, label, score, x, y, width, height, annotation_id)
    select t.asset, ${model.id}, a.tenant_id, t.class, t.label, t.score, t.x, t.y, t.width, t.height, (
      select n.id from annotations n
      where n.asset_id = t.asset and n.state <> 'deleted' and (n.state <> 'rejected' or n.label = t.label)
        and box_overlap(n.x, n.y, n.width, n.height, t.x, t.y, t.width, t.height) >= ${SAME}
      order by box_overlap(n.x, n.y, n.width, n.height, t.x, t.y, t.width, t.height) desc limit 1
    )
    from jsonb_to_recordset(${tx.json(boxes)}) as t(asset bigint, class smallint, label text, score real,
      x real, y real, width real, height real)
    join assets a on a.id = t.asset and a.state in ('pending', 'ready', 'trashed')`;
}
