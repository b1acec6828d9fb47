import type { Sql } from '../postgres/database.ts';

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
  await tx`
    delete from model_thresholds where tenant_id = ${tenantId} and model_id = ${modelId}
      and label = any(${rows.filter(({ threshold }) => threshold === null).map(({ label }) => label)}::text[])`;
  await tx`
    insert into model_thresholds (tenant_id, model_id, label, threshold)
    select ${tenantId}, ${modelId}, t.label, t.threshold
    from jsonb_to_recordset(${tx.json(rows)}) as t(label text, threshold real) where t.threshold is not null
    on conflict (tenant_id, model_id, label) do update set threshold = excluded.threshold, updated_at = now()`;
  return [];
}
