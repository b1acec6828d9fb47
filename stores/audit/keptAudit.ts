import { type AuditDeps, type AuditOptions, type AuditReport, audit } from './audit.ts';
import { beginAudit, finishAudit, type StartedBy, saveProgress } from './runs.ts';

/** How often progress is written down: what a cut-off audit reads twice. */
const SAVE_EVERY_MS = 5_000;

/** An audit that is written down as it goes, so that it can be gone on with and its report read later. */
export async function keptAudit(
  deps: AuditDeps,
  { by, resume, ...options }: Omit<AuditOptions, 'from'> & { by: StartedBy; resume: boolean },
): Promise<{ id: string; report: AuditReport }> {
  const { db } = deps;
  const run = await db.tx((tx) => beginAudit(tx, { by, fix: options.fix ?? false, resume }));
  let savedAt = Date.now();
  const report = await audit(deps, {
    ...options,
    ...(run.progress !== null && { from: run.progress }),
    async onProgress(progress) {
      await options.onProgress?.(progress);
      if (Date.now() - savedAt < SAVE_EVERY_MS) return;
      savedAt = Date.now();
      await db.run((sql) => saveProgress(sql, run.id, progress));
    },
  });
  await db.tx((tx) => finishAudit(tx, run.id, report));
  return { id: run.id, report };
}
