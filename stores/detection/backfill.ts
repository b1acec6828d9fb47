import type { Sql } from '../postgres/database.ts';
import { createReprocess } from '../reprocesses.ts';
import { modelInUse, type Role } from './models.ts';
import { isSeen } from './seen.ts';

export interface Backfill {
  /** Of the reprocess. */
  id: string;
  tenant: string;
  pictures: number;
}

/**
 * Has the models in use look at every picture that they have not seen, and has what they said of others count again; of
 * one tenant or of all that a change touched.
 * @param tenantId `null`: all tenants
 * @returns the reprocesses that were begun
 */
export async function backfill(tx: Sql, tenantId: string | null, role: Role): Promise<Backfill[]> {
  const tenants = await tx<{ id: string; name: string }[]>`
    select id, name from tenants where state = 'active' and (${tenantId}::uuid is null or id = ${tenantId}) order by name`;
  const begun: Backfill[] = [];
  for (const tenant of tenants) {
    const model = await modelInUse(tx, tenant.id, role);
    if (model === null) continue;
    const [row] = await tx<{ pictures: number }[]>`
      select count(*) as pictures from (select ${model.id}::bigint as model_id, false as shadow) p
      join assets a on a.tenant_id = ${tenant.id} and a.state = 'ready' where not ${isSeen(tx)}`;
    const pictures = row?.pictures ?? 0;
    if (pictures === 0) continue;
    // One that has not begun finds these, too.
    const [open] = await tx<{ id: string }[]>`
      select id from reprocesses where tenant_id = ${tenant.id} and model_id = ${model.id} and asset_ids is null
        and state = 'pending' and not shadow limit 1`;
    const id =
      open?.id ??
      (await createReprocess(tx, { tenantId: tenant.id, preset: null, modelId: model.id, assetIds: null }));
    begun.push({ id, tenant: tenant.name, pictures });
  }
  return begun;
}
