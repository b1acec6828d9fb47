import type { ObjectStore } from '../objects/objectStore.ts';
import type { Database } from '../postgres/database.ts';
import { auditArchives } from './archives.ts';
import { auditCaptures } from './captures.ts';
import { createTally, type Finding, type Note, type TallyState } from './finding.ts';
import { auditObjects } from './objects.ts';
import { repairRows } from './repairs/rows.ts';
import { auditRows, openWork } from './rows.ts';
import { auditStrays, auditUnfinished } from './strays.ts';
import { auditWorkflows, type WorkflowView } from './workflows.ts';

export interface AuditReport {
  /** No promise is broken and nothing is on its way. */
  clean: boolean;
  /** No promise is broken. */
  sound: boolean;
  /** Work in progress; the audit is to be repeated when there is none. */
  open: { imports: number; items: number; assets: number; outbox: number; workflows: number };
  findings: Finding[];
  /** What was mended, when that was asked for. */
  repairs: Note[];
  /** What only a person can do. */
  needs: Note[];
  objects: number;
  bytes: number;
}

/** Where an audit has come to; enough to go on from there. */
export interface AuditProgress {
  /** Assets up to this id have been compared with their objects. */
  asset: number;
  compared: boolean;
  objects: number;
  bytes: number;
  tally: TallyState;
}

export interface AuditDeps {
  db: Database;
  objects: ObjectStore;
  workflows: WorkflowView;
}

export interface AuditOptions {
  /** Mends what can be mended without losing anything. */
  fix?: boolean;
  /** Where one that was cut off had come to. */
  from?: AuditProgress;
  /** Assets up to this id are taken for granted. */
  since?: number;
  /** Objects younger than this many milliseconds may belong to work in progress. */
  graceMs?: number;
  /** Called every few hundred objects. What it throws ends the audit. */
  onProgress?: (progress: AuditProgress) => Promise<void> | void;
}

/** A day is more than any stage takes. */
const GRACE_MS = 24 * 3_600_000;

/**
 * Checks what Tributary promises against the real stores. It reads every object; what it needs of memory does not
 * grow with the library. Without `fix` it changes nothing.
 */
export async function audit(deps: AuditDeps, options: AuditOptions = {}): Promise<AuditReport> {
  const { db } = deps;
  const { fix = false, from, since = 0, graceMs = GRACE_MS, onProgress = () => {} } = options;
  const tally = createTally(from?.tally);
  const progress = {
    asset: Math.max(since, from?.asset ?? 0),
    compared: from?.compared ?? false,
    objects: from?.objects ?? 0,
    bytes: from?.bytes ?? 0,
  };
  // What is found after the objects is found anew by an audit that goes on from here, so it is not kept twice.
  let kept: TallyState | null = progress.compared ? structuredClone(tally.state()) : null;
  const step = async (): Promise<void> => onProgress({ ...progress, tally: kept ?? tally.state() });
  const pass = { ...deps, tally, fix, graceMs, progress, step };

  const work = await db.run(openWork);
  if (!progress.compared) {
    await auditObjects(pass);
    await auditArchives(pass);
    progress.compared = true;
    kept = structuredClone(tally.state());
    await step();
  }
  // What follows takes minutes where reading every object takes hours: it is done anew after an interruption.
  await auditStrays(pass);
  await auditUnfinished(pass);
  const workflows = await auditWorkflows(pass);
  await auditCaptures(pass);
  await db.run((sql) => auditRows(sql, tally));
  if (fix) await repairRows(deps, tally);
  const findings = tally.findings();
  const sound = findings.every(({ count }) => count === 0);
  const open = { ...work, workflows };
  const { repairs, needs } = tally.state();
  return {
    clean: sound && Object.values(open).every((n) => n === 0),
    sound,
    open,
    findings,
    repairs,
    needs,
    objects: progress.objects,
    bytes: progress.bytes,
  };
}
