import type { Sql } from '../postgres/database.ts';
import { holdLabels, refreshLabels } from './labels.ts';

export interface Threshold {
  label: string;
  /** Boxes are shown from this score on. */
  threshold: number;
  /** What the manifest says. */
  typical: number;
  /** The tenant said otherwise. */
  own: boolean;
}

/** The words of a model in the order of its classes, and from which score a tenant sees their boxes. */
export async function thresholdsOf(sql: Sql, tenantId: string, modelId: number): Promise<Threshold[]> {
  return sql<Threshold[]>`
    select c.label, round(coalesce(t.threshold, c.threshold)::numeric, 4)::float8 as threshold,
      round(c.threshold::numeric, 4)::float8 as typical, t.threshold is not null as own
    from model_classes c
    left join model_thresholds t on t.tenant_id = ${tenantId} and t.model_id = c.model_id and t.label = c.label
    where c.model_id = ${modelId} order by c.class`;
}

/**
 * Says from which score boxes of some labels are shown; `null`: what the manifest says again. Boxes themselves are kept
 * from 0.05 on, so that this changes what is shown at once.
 * @returns labels that the model does not have; then nothing was changed
 */
export async function setThresholds(
  tx: Sql,
  tenantId: string,
  modelId: number,
  wanted: Readonly<Record<string, number | null>>,
): Promise<string[]> {
  const rows = Object.entries(wanted).map(([label, threshold]) => ({ label, threshold }));
  const unknown = await tx<{ label: string }[]>`
    select t.label from jsonb_to_recordset(${tx.json(rows)}) as t(label text)
    where not exists (select from model_classes c where c.model_id = ${modelId} and c.label = t.label)`;
  if (unknown.length > 0) return unknown.map(({ label }) => label);
  await holdLabels(tx, tenantId);
  const before = await thresholdsOf(tx, tenantId, modelId);
  await tx`
    delete from model_thresholds where tenant_id = ${tenantId} and model_id = ${modelId}
      and label = any(${rows.filter(({ threshold }) => threshold === null).map(({ label }) => label)}::text[])`;
  await tx`
    insert into model_thresholds (tenant_id, model_id, label, threshold)
    select ${tenantId}, ${modelId}, t.label, t.threshold
    from jsonb_to_recordset(${tx.json(rows)}) as t(label text, threshold real) where t.threshold is not null
    on conflict (tenant_id, model_id, label) do update set threshold = excluded.threshold, updated_at = now()`;
  const after = await thresholdsOf(tx, tenantId, modelId);
  await refreshBetween(tx, tenantId, modelId, before, after);
  return [];
}

/** Pictures with a box whose score lies between a threshold as it was and as it is. */
async function refreshBetween(
  tx: Sql,
  tenantId: string,
  modelId: number,
  before: readonly Threshold[],
  after: readonly Threshold[],
): Promise<void> {
  const moved = after.flatMap(({ label, threshold }, i) => {
    const was = before[i]?.threshold ?? threshold;
    // Scores are floats of four bytes: a little more than what was asked for loses none.
    return was === threshold
      ? []
      : [{ label, low: Math.min(was, threshold) - 1e-5, high: Math.max(was, threshold) + 1e-5 }];
  });
  if (moved.length === 0) return;
  const rows = await tx<{ id: number }[]>`
    select distinct d.asset_id as id
    from jsonb_to_recordset(${tx.json(moved)}) as t(label text, low real, high real)
    join detections d on d.tenant_id = ${tenantId} and d.label = t.label and d.score between t.low and t.high
      and d.model_id = ${modelId}`;
  await refreshLabels(
    tx,
    rows.map(({ id }) => id),
  );
}
