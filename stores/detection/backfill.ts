import type { Sql } from '../postgres/database.ts';
import { createReprocess } from '../reprocesses.ts';
import { detectorOf } from './models.ts';

/**
 * Has the detectors in use look at every picture that they have not seen, of one tenant or of all that a change touched.
 * @param tenantId `null`: all tenants
 * @returns the reprocesses that were begun
 */
export async function backfill(
  tx: Sql,
  tenantId: string | null,
): Promise<{ id: string; tenant: string; pictures: number }[]> {
  const tenants = await tx<{ id: string; name: string }[]>`
    select id, name from tenants where state = 'active' and (${tenantId}::uuid is null or id = ${tenantId}) order by name`;
  const begun: { id: string; tenant: string; pictures: number }[] = [];
  for (const tenant of tenants) {
    const model = await detectorOf(tx, tenant.id);
    if (model === null) continue;
    const [row] = await tx<{ pictures: number }[]>`
      select count(*) as pictures from assets a where a.tenant_id = ${tenant.id} and a.state = 'ready' and not exists (
        select from detection_runs r where r.asset_id = a.id and r.model_id = ${model.id} and r.state = 'done')`;
    const pictures = row?.pictures ?? 0;
    if (pictures === 0) continue;
    // One that is under way for the same model finds these, too.
    const [open] = await tx<{ id: string }[]>`
      select id from reprocesses where tenant_id = ${tenant.id} and model_id = ${model.id} and asset_ids is null
        and state = 'pending' limit 1`;
    const id =
      open?.id ??
      (await createReprocess(tx, { tenantId: tenant.id, preset: null, modelId: model.id, assetIds: null }));
    begun.push({ id, tenant: tenant.name, pictures });
  }
  return begun;
}
