import { Context } from '@temporalio/activity';
import pLimit from 'p-limit';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import type { Database } from '../stores/postgres/database.ts';
import { closeLostImports, quietTenant } from '../stores/tenancy/quiet.ts';
import { hideTenantAssets, removeTenant, removeTenantRows } from '../stores/tenancy/removal.ts';
import type { TenantActivities } from './contracts.ts';
import { keepAlive } from './heartbeat.ts';
import { toApplicationFailure } from './toApplicationFailure.ts';

export interface TenantDeps {
  db: Database;
  objects: ObjectStore;
}

/** Objects that are deleted at the same time. */
const CONCURRENCY = 8;

export function createTenantActivities({ db, objects }: TenantDeps): TenantActivities {
  /** Ends the activity when it is cancelled. */
  async function wanted(): Promise<void> {
    if (Context.current().cancellationSignal.aborted) await Context.current().cancelled;
  }

  return {
    quietTenant: (tenantId) => db.tx((tx) => quietTenant(tx, tenantId)),
    closeLostImports: (ids) => db.tx((tx) => closeLostImports(tx, ids)),
    async hideTenant(tenantId) {
      await using _alive = keepAlive();
      return hideTenantAssets(db, tenantId, wanted);
    },
    async removeTenantObjects(tenantId) {
      await using _alive = keepAlive();
      try {
        const limit = pLimit(CONCURRENCY);
        let removed = 0;
        let running: Promise<void>[] = [];
        for (const prefix of [`${tenantId}/`, `incoming/${tenantId}/`]) {
          for await (const { key } of objects.list(prefix)) {
            running.push(limit(() => objects.delete(key)));
            removed += 1;
            if (running.length < 1_000) continue;
            await Promise.all(running);
            running = [];
            await wanted();
          }
        }
        await Promise.all(running);
        return removed;
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },
    async removeTenantRows(tenantId) {
      await using _alive = keepAlive();
      return removeTenantRows(db, tenantId, wanted);
    },
    removeTenant: (tenantId) => db.tx((tx) => removeTenant(tx, tenantId)),
  };
}
