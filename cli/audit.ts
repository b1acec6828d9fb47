import { Client, Connection } from '@temporalio/client';
import type { Config } from '../config.ts';
import type { AuditProgress, AuditReport } from '../stores/audit/audit.ts';
import type { Note } from '../stores/audit/finding.ts';
import { keptAudit } from '../stores/audit/keptAudit.ts';
import { openObjectStore } from '../stores/objects/open.ts';
import { clientConverter } from '../stores/payloads/converter.ts';
import { createDatabase } from '../stores/postgres/database.ts';
import { createWorkflowView } from '../workers/openWorkflows.ts';

export interface AuditCommand {
  fix?: boolean;
  resume?: boolean;
  /** Assets up to this id are taken for granted. */
  since?: number;
  graceMs?: number;
  onProgress?: (progress: AuditProgress) => void;
}

/** Opens the stores that `config` names, audits them and closes them. */
export async function runAudit(config: Config, command: AuditCommand = {}): Promise<AuditReport> {
  if (config.database.url === null) throw new Error('The audit needs DATABASE_URL.');
  const db = createDatabase({
    url: config.database.url,
    pool: 2,
    // Counting over millions of rows takes its time.
    deadlineMs: 10 * 60_000,
    applicationName: 'tributary-audit',
  });
  const connection = Connection.lazy(config.temporal.connection);
  const client = new Client({
    connection,
    namespace: config.temporal.namespace,
    ...clientConverter(config.payloads),
  });
  try {
    const { report } = await keptAudit(
      {
        db,
        objects: await openObjectStore(config.storage),
        workflows: createWorkflowView(client),
      },
      { by: 'person', resume: false, ...command },
    );
    return report;
  } finally {
    await connection.close();
    await db.close();
  }
}

/** A line that grows on a terminal, one now and then elsewhere. */
export function createAuditProgress(): (progress: AuditProgress) => void {
  const everyMs = process.stderr.isTTY ? 200 : 30_000;
  let shownAt = Date.now();
  return ({ objects, bytes, asset }) => {
    if (Date.now() - shownAt < everyMs) return;
    shownAt = Date.now();
    const line = `read ${objects} objects, ${(bytes / 1e6).toFixed(0)} MB, up to asset ${asset}`;
    process.stderr.write(process.stderr.isTTY ? `\r${line} ` : `${line}\n`);
  };
}

function printNotes(title: string, notes: readonly Note[]): void {
  if (notes.length > 0) console.log(title);
  for (const { what, count, examples } of notes) {
    console.log(`  ${count} × ${what}`);
    for (const example of examples) console.log(`         ${example}`);
  }
}

export function printReport(report: AuditReport): void {
  for (const { id, promise, count, examples } of report.findings) {
    console.log(
      `${count === 0 ? 'ok  ' : 'FAIL'} ${id}  ${promise}${count === 0 ? '' : `: broken ${count} times`}`,
    );
    for (const example of examples) console.log(`         ${example}`);
  }
  printNotes('Mended:', report.repairs);
  printNotes('For a person to do:', report.needs);
  console.log(`read ${report.objects} objects, ${(report.bytes / 1e6).toFixed(1)} MB`);
  const { imports, items, assets, outbox, workflows } = report.open;
  if (imports + items + assets + outbox + workflows > 0) {
    console.log(
      `work in progress: ${imports} imports, ${items} items, ${assets} assets, ${outbox} messages, ${workflows} workflows`,
    );
  }
  console.log(verdict(report));
}

function verdict({ clean, sound, repairs, needs }: AuditReport): string {
  if (clean) return 'clean';
  if (sound) return 'not finished yet: run it again when the work is done';
  if (repairs.length > 0 && needs.length === 0) return 'MENDED: run it again when the work is done';
  return 'NOT CLEAN';
}
