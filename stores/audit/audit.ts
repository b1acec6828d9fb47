import type { ObjectStore } from '../objects/objectStore.ts';
import type { Database } from '../postgres/database.ts';
import type { Finding } from './finding.ts';
import { auditObjects } from './objects.ts';
import { auditRows, openWork } from './rows.ts';

export interface AuditReport {
  /** No promise is broken and nothing is on its way. */
  clean: boolean;
  /** Work in progress; the audit is to be repeated when there is none. */
  open: { imports: number; items: number; assets: number; outbox: number; workflows: number };
  findings: Finding[];
  objects: number;
  bytes: number;
}

export interface AuditDeps {
  db: Database;
  objects: ObjectStore;
  /** Open workflows in Temporal. */
  countWorkflows(): Promise<number>;
  onProgress?: (objects: number) => void;
}

/** Checks what Tributary promises against the real stores; reads everything, changes nothing. */
export async function audit({ db, objects, countWorkflows, onProgress }: AuditDeps): Promise<AuditReport> {
  const work = await db.run(openWork);
  const workflows = await countWorkflows();
  const rows = await db.run(auditRows);
  const stored = await auditObjects(db, objects, onProgress);
  const findings = [...rows, ...stored.findings];
  const open = { ...work, workflows };
  return {
    clean: findings.every((found) => found.count === 0) && Object.values(open).every((n) => n === 0),
    open,
    findings,
    objects: stored.objects,
    bytes: stored.bytes,
  };
}
