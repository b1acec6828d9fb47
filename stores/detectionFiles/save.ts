import type { Box, Classification, DetectionLabel } from '../../domain/detection.ts';
import { storableShort } from '../../domain/text.ts';
import { refreshLabels } from '../detection/labels.ts';
import type { Sql } from '../postgres/database.ts';

/** Problems that are kept for people to look at. */
const MOST_PROBLEMS = 100;

export interface ReadEntry {
  asset: number;
  boxes: readonly {
    label: DetectionLabel;
    score: number;
    box: Box;
    classifications: readonly Classification[];
  }[];
}

export interface ReadBatch {
  /** Entries of the file up to here are done with by this batch. */
  upTo: number;
  entries: readonly ReadEntry[];
  problems: readonly { place: string; detail: string }[];
}

const CLASS: Readonly<Record<DetectionLabel, number>> = { animal: 0, person: 1, vehicle: 2 };

/**
 * Records what a batch of a file says, in the place of what its model said of those pictures before, and how far the
 * file is. Boxes count where no other model's do. @returns `false`: the file is over, or that batch was recorded before
 */
export async function saveBatch(
  tx: Sql,
  fileId: string,
  modelId: number,
  batch: ReadBatch,
): Promise<boolean> {
  const boxes = batch.entries.flatMap(({ asset, boxes: found }) =>
    found.map(({ label, score, box: [x, y, width, height], classifications }) => ({
      ...{ asset, class: CLASS[label], label, score, x, y, width, height },
      species: classifications.map((each) => ({ label: storableShort(each.label), score: each.score })),
    })),
  );
  const [file] = await tx<{ problems: number }[]>`
    update detection_files set cursor = ${batch.upTo}, matched = matched + ${batch.entries.length},
      boxes = boxes + ${boxes.length}, problem_count = problem_count + ${batch.problems.length}, updated_at = now()
    where id = ${fileId} and state = 'processing' and cursor < ${batch.upTo} returning problem_count as problems`;
  if (file === undefined) return false;
  const before = file.problems - batch.problems.length;
  const kept = batch.problems.slice(0, Math.max(MOST_PROBLEMS - before, 0)).map(({ place, detail }, i) => ({
    position: before + i + 1,
    place: storableShort(place),
    detail: storableShort(detail),
  }));
  await tx`
    insert into detection_file_problems (file_id, tenant_id, position, place, detail)
    select f.id, f.tenant_id, t.position, t.place, t.detail
    from jsonb_to_recordset(${tx.json(kept)}) as t(position int, place text, detail text)
    join detection_files f on f.id = ${fileId}`;
  const ids = batch.entries.map(({ asset }) => asset);
  await tx`delete from detections where model_id = ${modelId} and asset_id = any(${ids}::bigint[])`;
  await tx`
    insert into detection_runs (asset_id, model_id, tenant_id, state, width, height, took_ms)
    select id, ${modelId}, tenant_id, 'done', coalesce(width, 0), coalesce(height, 0), 0
    from assets where id = any(${ids}::bigint[])
    on conflict (asset_id, model_id) do update set state = 'done', ran_at = now()`;
  await tx`
    update assets set detection_model_id = ${modelId}, detection_state = 'done', detection_reason = null, updated_at = now()
    where id = any(${ids}::bigint[]) and (detection_model_id is null
      -- A classifier that looked alone gave no boxes.
      or detection_model_id in (select id from models where family = 'classifier'))`;
  await tx`
    with given as (
      select nextval(pg_get_serial_sequence('detections', 'id')) as id, t.*
      from jsonb_to_recordset(${tx.json(boxes as never)}) as t(asset bigint, class smallint, label text, score real,
        x real, y real, width real, height real, species jsonb)
    ), put as (
      insert into detections (id, asset_id, model_id, tenant_id, class, label, score, x, y, width, height)
      overriding system value
      select g.id, g.asset, ${modelId}, a.tenant_id, g.class, g.label, g.score, g.x, g.y, g.width, g.height
      from given g join assets a on a.id = g.asset returning id, asset_id, tenant_id
    )
    insert into detection_classifications (detection_id, tenant_id, asset_id, label, score)
    select p.id, p.tenant_id, p.asset_id, s.label, max(s.score)
    from put p join given g on g.id = p.id
    cross join lateral jsonb_to_recordset(g.species) as s(label text, score real)
    group by p.id, p.tenant_id, p.asset_id, s.label`;
  await tx`delete from classification_runs where detector_id = ${modelId} and asset_id = any(${ids}::bigint[])`;
  await refreshLabels(tx, ids);
  return true;
}
