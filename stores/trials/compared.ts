import type { Pair, ScoredBox } from '../../domain/drift.ts';
import type { Database, Sql } from '../postgres/database.ts';
import type { Trial } from './trials.ts';

/** Images that are compared in one step. */
const PAGE = 500;

export interface ComparedImage extends Pair {
  assetId: number;
}

/** The boxes of a model in the asset `x`, as the tenant sees them. */
const boxesOf = (sql: Sql, modelId: number) => sql`
  coalesce((
    select jsonb_agg(jsonb_build_object('label', d.label, 'score', d.score,
      'box', jsonb_build_array(d.x, d.y, d.width, d.height),
      'shown', d.score >= coalesce(t.threshold, c.threshold)))
    from detections d
    join model_classes c on c.model_id = d.model_id and c.class = d.class
    left join model_thresholds t on t.tenant_id = d.tenant_id and t.model_id = d.model_id and t.label = d.label
    where d.asset_id = x.id and d.model_id = ${modelId}), '[]')`;

/** The same boxes of a detector under the names that a classifier gives them. */
const namesOf = (sql: Sql, classifierId: number) => sql`
  coalesce((
    select jsonb_agg(jsonb_build_object('label', coalesce(label_name(p.label), 'unknown'), 'score', p.score,
      'box', jsonb_build_array(d.x, d.y, d.width, d.height),
      'shown', d.score >= coalesce(t.threshold, c.threshold)))
    from detections d
    join assets a on a.id = d.asset_id and a.detection_model_id = d.model_id
    join detection_predictions p on p.detection_id = d.id and p.model_id = ${classifierId}
    join model_classes c on c.model_id = d.model_id and c.class = d.class
    left join model_thresholds t on t.tenant_id = d.tenant_id and t.model_id = d.model_id and t.label = d.label
    where d.asset_id = x.id), '[]')`;

/** Whether a model has looked at the asset `x`. */
const looked = (sql: Sql, { family }: Trial, modelId: number) =>
  family === 'classifier'
    ? sql`exists (select from classification_runs n where n.asset_id = x.id and n.model_id = ${modelId} and n.state = 'done')`
    : sql`exists (select from detection_runs n where n.asset_id = x.id and n.model_id = ${modelId} and n.state = 'done')`;

/** What both models of a trial said of the images that both have looked at, in the order of their ids. */
export async function* comparedImages(db: Database, trial: Trial): AsyncGenerator<ComparedImage> {
  const said = (sql: Sql, modelId: number) =>
    trial.family === 'classifier' ? namesOf(sql, modelId) : boxesOf(sql, modelId);
  for (let after = 0; ; ) {
    const from = after;
    const rows = await db.run(
      (sql) => sql<{ assetId: number; current: ScoredBox[]; candidate: ScoredBox[] }[]>`
        with x as materialized (
          select x.id from reprocesses p join assets x on x.id = any(p.asset_ids) and x.state = 'ready'
          where p.id = ${trial.reprocessId} and x.id > ${from}
            and ${looked(sql, trial, trial.currentId)} and ${looked(sql, trial, trial.candidateId)}
          order by x.id limit ${PAGE}
        )
        select x.id as "assetId", ${said(sql, trial.currentId)} as current, ${said(sql, trial.candidateId)} as candidate
        from x order by x.id`,
    );
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.assetId;
  }
}
