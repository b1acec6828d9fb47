import { tellOutbox } from '../outbox.ts';
import type { Sql } from '../postgres/database.ts';
import { createReprocess } from '../reprocesses.ts';

/**
 * Makes what lists find pictures by anew, after something changed of what is shown in them: boxes, what people said,
 * species. A change of the asset itself (its state, its time) does that by a trigger.
 */
export async function refreshLabels(tx: Sql, assetIds: readonly number[]): Promise<void> {
  if (assetIds.length === 0) return;
  const changed = await tx<{ id: number }[]>`
    select id from refresh_asset_labels(${assetIds as number[]}::bigint[]) as t(id)`;
  await hidePeople(
    tx,
    changed.map(({ id }) => id),
  );
}

/** Has renditions made anew in which people are to be unrecognisable who are not, or need not be any more. */
export async function hidePeople(tx: Sql, assetIds: readonly number[]): Promise<void> {
  if (assetIds.length === 0) return;
  const rows = await tx<{ tenantId: string; ids: number[] }[]>`
    select a.tenant_id as "tenantId", array_agg(a.id order by a.id) as ids
    from assets a join tenants t on t.id = a.tenant_id and t.blur_people
    where a.id = any(${assetIds as number[]}::bigint[]) and a.state = 'ready' group by 1`;
  for (const { tenantId, ids } of rows) {
    await createReprocess(tx, { tenantId, preset: null, assetIds: ids });
    await tellOutbox(tx);
  }
}

/**
 * Keeps everybody else from changing what is shown in any picture of a tenant until the transaction ends. Called before
 * a change that concerns many pictures, which are then looked for and given to `refreshLabels`.
 */
export async function holdLabels(tx: Sql, tenantId: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(labels_lock(${tenantId}))`;
}
