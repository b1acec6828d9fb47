import type { Box } from '../../domain/detection.ts';
import type { Prediction } from '../../domain/prediction.ts';
import type { Sql } from '../postgres/database.ts';
import { isSuppressed } from '../repeats/suppressed.ts';

/** A box of a model as it was given. */
export interface MachineBox {
  id: number;
  assetId: number;
  modelId: number;
  /** `name@version` */
  model: string;
  label: string;
  classId: number;
  score: number;
  box: Box;
  /** What somebody said of it, or of the same thing seen by another model. */
  annotationId: number | null;
  /** From which score it is shown to its tenant. */
  threshold: number;
  /** It lies in a spot that somebody took for what never moves. */
  suppressed: boolean;
  /** What the classifier in use makes of it. `null`: it did not look. */
  prediction: Prediction | null;
  /** What classifiers answered, the best first; `model` is `null` for what came with the boxes of a file. */
  classifications: { label: string; score: number; model: string | null }[];
}

/** A box as a person left it. */
export interface HumanBox {
  id: number;
  assetId: number;
  label: string;
  box: Box;
  state: 'confirmed' | 'corrected' | 'added' | 'rejected' | 'deleted';
  /** Who said so last. */
  author: string;
  updatedAt: Date;
  /** What the model of now gives for it, where it sees it at all. */
  score: number | null;
}

/** That a model looked at a picture. */
export interface Run {
  model: string;
  /** Its boxes are those that are shown. */
  current: boolean;
  state: 'done' | 'failed';
  reason: string | null;
  detail: string | null;
  width: number;
  height: number;
  tookMs: number;
  ranAt: Date;
}

// Four decimals, as they were given: four bytes of a float say a little more than that.
const box = (sql: Sql, row: 'd' | 'n') => {
  const side = (name: 'x' | 'y' | 'width' | 'height') =>
    sql`round(${sql(`${row}.${name}`)}::numeric, 4)::float8`;
  return sql`jsonb_build_array(${side('x')}, ${side('y')}, ${side('width')}, ${side('height')}) as box`;
};

/** Everything that models gave for the assets, the best first. */
export async function machineBoxes(
  sql: Sql,
  assetIds: readonly number[],
  which: 'current' | 'all',
): Promise<MachineBox[]> {
  return sql<MachineBox[]>`
    select d.id, d.asset_id as "assetId", d.model_id as "modelId", m.name || '@' || m.version as model, d.label,
      d.class as "classId", round(d.score::numeric, 4)::float8 as score, ${box(sql, 'd')}, d.annotation_id as "annotationId",
      round(coalesce(t.threshold, c.threshold)::numeric, 4)::float8 as threshold, ${isSuppressed(sql)} as suppressed,
      case when p.label is not null then jsonb_build_object('label', p.label, 'score', round(p.score::numeric, 4),
        'source', p.source, 'classifier', s.name || '@' || s.version) end as prediction,
      coalesce((
        select jsonb_agg(jsonb_build_object('label', k.label, 'score', round(k.score::numeric, 4),
          'model', n.name || '@' || n.version) order by k.model_id nulls first, k.score desc, k.label)
        from detection_classifications k left join models n on n.id = k.model_id
        where k.detection_id = d.id), '[]') as classifications
    from detections d
    join models m on m.id = d.model_id
    join assets a on a.id = d.asset_id
    join model_classes c on c.model_id = d.model_id and c.class = d.class
    left join model_thresholds t on t.tenant_id = d.tenant_id and t.model_id = d.model_id and t.label = d.label
    left join detection_predictions p on p.detection_id = d.id and p.model_id = a.classifier_model_id
    left join models s on s.id = p.model_id
    where d.asset_id = any(${assetIds as number[]}::bigint[])
      ${which === 'current' ? sql`and d.model_id = a.detection_model_id` : sql``}
    order by d.score desc, d.id`;
}

export async function humanBoxes(sql: Sql, assetIds: readonly number[]): Promise<HumanBox[]> {
  return sql<HumanBox[]>`
    select n.id, n.asset_id as "assetId", n.label, ${box(sql, 'n')}, n.state, n.updated_at as "updatedAt",
      (select e.author from annotation_events e where e.annotation_id = n.id and e.kind <> 'commented'
        order by e.id desc limit 1) as author,
      (select round(max(d.score)::numeric, 4)::float8 from detections d join assets a on a.id = d.asset_id
        where d.annotation_id = n.id and d.model_id = a.detection_model_id) as score
    from annotations n where n.asset_id = any(${assetIds as number[]}::bigint[]) order by n.id`;
}

export async function runsOf(sql: Sql, assetId: number): Promise<Run[]> {
  return sql<Run[]>`
    select m.name || '@' || m.version as model, m.id is not distinct from a.detection_model_id as current, r.state, r.reason,
      r.detail, r.width, r.height, r.took_ms::float8 as "tookMs", r.ran_at as "ranAt"
    from detection_runs r join models m on m.id = r.model_id join assets a on a.id = r.asset_id
    where r.asset_id = ${assetId} order by r.ran_at desc`;
}

/** Whether somebody said that nothing is to be seen. */
export async function saysNothing(sql: Sql, assetId: number): Promise<boolean> {
  const [row] = await sql<{ nothing: boolean }[]>`
    select nothing_here as nothing from assets where id = ${assetId}`;
  return row?.nothing ?? false;
}

/** A box as it is shown: what people said, and what nobody judged of the model whose boxes count. */
export interface ShownBox {
  origin: 'human' | 'machine';
  label: string;
  score: number | null;
  box: Box;
  model: string | null;
  detectionId: number | null;
  annotationId: number | null;
  author: string | null;
  prediction: Prediction | null;
}

/**
 * What is shown of one asset, people's boxes first. The view `shown_boxes` says the same for filters.
 * @param atLeast a score in the place of the thresholds
 */
export function shownBoxes(
  machine: readonly MachineBox[],
  human: readonly HumanBox[],
  nothingHere: boolean,
  atLeast: number | null,
): ShownBox[] {
  const said = human.filter(({ state }) => state !== 'rejected' && state !== 'deleted');
  const seen = nothingHere
    ? []
    : machine.filter(
        ({ annotationId, score, threshold, suppressed }) =>
          annotationId === null && !suppressed && score >= (atLeast ?? threshold),
      );
  return [
    ...said.map(({ id, label, score, box: where, author }) => ({
      ...{ origin: 'human' as const, label, score, box: where, author },
      ...{ model: null, detectionId: null, annotationId: id, prediction: null },
    })),
    ...seen.map(({ id, label, score, box: where, model, prediction }) => ({
      ...{ origin: 'machine' as const, label, score, box: where, model, prediction },
      ...{ detectionId: id, annotationId: null, author: null },
    })),
  ];
}
