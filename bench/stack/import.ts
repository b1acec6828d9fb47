import { createWorkflowControl } from '../../api/temporal/workflows.ts';
import { createHttpClient } from '../../sources/reach/client.ts';
import { createGuard } from '../../sources/reach/guard.ts';
import { createSourceRegistry } from '../../sources/registry.ts';
import { createImport, viewImport } from '../../stores/imports.ts';
import type { Database } from '../../stores/postgres/database.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { importWorkflowId } from '../../workflows/ids.ts';
import { sourceDeps } from './sourceDeps.ts';
import type { Stack } from './stack.ts';

export interface ImportedHere {
  importId: string;
  tenantId: string;
  counts: NonNullable<Awaited<ReturnType<typeof viewImport>>>['counts'];
}

/** Starts an import as the API does, without its outbox, and waits for the workflow to end. */
export async function importThrough(
  stack: Stack,
  db: Database,
  address: string,
  tenantName: string,
): Promise<ImportedHere> {
  const guard = createGuard({ allowPrivateNets: [], allowLoopback: true });
  const client = createHttpClient({ guard });
  const registry = createSourceRegistry(sourceDeps(guard, client));
  const { kind, parsed } = registry.parse(address);
  const { importId, tenantId } = await db.tx(async (tx) => {
    const tenant = await ensureTenant(tx, tenantName);
    const id = await createImport(tx, { tenantId: tenant.id, kind, ...parsed });
    return { importId: id, tenantId: tenant.id };
  });
  const workflows = createWorkflowControl(stack.client);
  await workflows.start({ id: 0, tenantId, kind: 'run-import', importId, attempts: 0, requestId: null });
  await stack.client.workflow.getHandle(importWorkflowId(importId)).result();
  await client.close();
  const view = await db.run((sql) => viewImport(sql, importId));
  if (view === null) throw new Error('The import is gone.');
  return { importId, tenantId, counts: view.counts };
}
