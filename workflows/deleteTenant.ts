import {
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  setCurrentDetails,
  sleep,
} from '@temporalio/workflow';
import { importWorkflowId } from './ids.ts';
import { removing, tenancy } from './proxies.ts';

export interface TenantEnd {
  objects: number;
  rows: number;
}

/** Rounds of waiting: an hour of them, with some events each. */
const ROUNDS_PER_RUN = 120;
const LONGEST_WAIT_MS = 30_000;

/** @returns whether there was a workflow to cancel */
async function cancelled(importId: string): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(importWorkflowId(importId)).cancel();
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return false;
  }
}

/**
 * Deletes a tenant with everything that belongs to it, while it may still be busy.
 *
 * Guarantee: when it ends, no object and no row of the tenant is left. Nothing new is taken in from the moment it was
 * asked for; what is under way is stopped or waited for first, so that nobody writes behind it. It can be stopped at any
 * point, even lost, and started anew.
 */
export async function deleteTenant(tenantId: string): Promise<TenantEnd> {
  const hide = () => removing.hideTenant.executeWithOptions({ summary: 'hide' }, [tenantId]);
  const told = new Set<string>();
  await hide();
  for (let round = 0; ; round += 1) {
    if (round >= ROUNDS_PER_RUN) return await continueAsNew<typeof deleteTenant>(tenantId);
    const { imports, open } = await tenancy.quietTenant.executeWithOptions({ summary: 'stop its work' }, [
      tenantId,
    ]);
    if (open === 0) break;
    setCurrentDetails(`**waiting** for ${open} things that are under way`);
    const lost: string[] = [];
    for (const id of imports.filter((each) => !told.has(each))) {
      if (await cancelled(id)) told.add(id);
      else lost.push(id);
    }
    if (lost.length > 0)
      await tenancy.closeLostImports.executeWithOptions({ summary: 'close what nobody works on' }, [lost]);
    await sleep(Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(round, 6)));
  }
  setCurrentDetails('**deleting**');
  // What became ready while it was waited for.
  await hide();
  const remove = () => removing.removeTenantObjects.executeWithOptions({ summary: 'objects' }, [tenantId]);
  const first = await remove();
  const rows = await removing.removeTenantRows.executeWithOptions({ summary: 'rows' }, [tenantId]);
  // Whatever a process puts that was thought dead.
  await sleep('5s');
  const late = await remove();
  await tenancy.removeTenant.executeWithOptions({ summary: 'the tenant itself' }, [tenantId]);
  return { objects: first + late, rows };
}
