import type { Server } from 'node:http';
import { presentTenantCounts } from '../api/present/tenant.ts';
import { tenantMetrics } from '../api/routes/metrics.ts';
import type { WorkflowControl } from '../api/temporal/workflows.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import type { Database } from '../stores/postgres/database.ts';
import { readVitals, type Vitals } from '../stores/vitals.ts';
import type { Admin } from '../workers/admin/admin.ts';
import { watchStores } from '../workers/admin/stores.ts';

export interface ApiParts {
  server: Server;
  db: Database;
  objects: ObjectStore;
  workflows: WorkflowControl;
}

/** What the admin port of the API shows beside what every process does: its requests, and what waits in the database. */
export function watchApi(admin: Admin, { server, db, objects, workflows }: ApiParts): void {
  const { metrics, check } = admin;
  watchStores(admin, db, objects);
  check('temporal', async () => void (await workflows.check()));
  server.prependListener('request', (req, res) => {
    const began = performance.now();
    res.once('close', () => {
      const labels = { method: req.method ?? '', status: `${Math.floor(res.statusCode / 100)}xx` };
      metrics.requestSeconds.observe(labels, (performance.now() - began) / 1_000);
    });
  });
  admin.append(async () => presentTenantCounts(await tenantMetrics(db)));

  // Several gauges, one question.
  let asked: Promise<Vitals> | null = null;
  const vitals = (): Promise<Vitals> => {
    asked ??= db.run(readVitals).finally(() => {
      asked = null;
    });
    return asked;
  };
  const vital = (
    name: string,
    help: string,
    labels: readonly string[],
    read: (vitals: Vitals) => { labels?: Record<string, string>; value: number }[],
  ): void => metrics.gauge(name, help, labels, async () => read(await vitals()));
  vital('tributary_outbox_messages', 'Requests to start a workflow that were not passed on yet.', [], (v) => [
    { value: v.outboxMessages },
  ]);
  vital('tributary_outbox_oldest_seconds', 'Age of the oldest of them; 0: there is none.', [], (v) => [
    { value: v.outboxOldestSeconds },
  ]);
  vital('tributary_open_imports', 'Imports that have not ended, by state.', ['state'], (v) =>
    Object.entries(v.openImports).map(([state, value]) => ({ labels: { state }, value })),
  );
  vital('tributary_capture_sessions', 'Sessions of cameras that have not ended, by state.', ['state'], (v) =>
    Object.entries(v.captureSessions).map(([state, value]) => ({ labels: { state }, value })),
  );
  vital(
    'tributary_last_audit_sound',
    'Whether the last audit found every promise kept; absent before the first.',
    [],
    (v) => (v.lastAudit === null ? [] : [{ value: v.lastAudit.sound ? 1 : 0 }]),
  );
  vital('tributary_last_audit_age_seconds', 'How long ago it ended; absent before the first.', [], (v) =>
    v.lastAudit === null ? [] : [{ value: v.lastAudit.ageSeconds }],
  );
}
