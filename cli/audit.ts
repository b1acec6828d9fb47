import { Client, Connection } from '@temporalio/client';
import type { Config } from '../config.ts';
import { type AuditReport, audit } from '../stores/audit/audit.ts';
import { openObjectStore } from '../stores/objects/open.ts';
import { createDatabase } from '../stores/postgres/database.ts';

/** Opens the stores that `config` names, audits them and closes them. */
export async function runAudit(config: Config, onProgress?: (objects: number) => void): Promise<AuditReport> {
  if (config.database.url === null) throw new Error('The audit needs DATABASE_URL.');
  const db = createDatabase({
    url: config.database.url,
    pool: 2,
    // Counting over millions of rows takes its time.
    deadlineMs: 10 * 60_000,
    applicationName: 'tributary-audit',
  });
  const connection = Connection.lazy(config.temporal.connection);
  const client = new Client({ connection, namespace: config.temporal.namespace });
  try {
    return await audit({
      db,
      objects: await openObjectStore(config.storage),
      countWorkflows: async () => (await client.workflow.count('ExecutionStatus = "Running"')).count,
      ...(onProgress === undefined ? {} : { onProgress }),
    });
  } finally {
    await connection.close();
    await db.close();
  }
}

export function printReport(report: AuditReport): void {
  for (const { id, promise, count, examples } of report.findings) {
    console.log(
      `${count === 0 ? 'ok  ' : 'FAIL'} ${id}  ${promise}${count === 0 ? '' : `: broken ${count} times`}`,
    );
    for (const example of examples) console.log(`         ${example}`);
  }
  console.log(`read ${report.objects} objects, ${(report.bytes / 1e6).toFixed(1)} MB`);
  const { imports, items, assets, outbox, workflows } = report.open;
  if (imports + items + assets + outbox + workflows > 0) {
    console.log(
      `work in progress: ${imports} imports, ${items} items, ${assets} assets, ${outbox} messages, ${workflows} workflows`,
    );
  }
  console.log(
    report.clean
      ? 'clean'
      : report.findings.some((f) => f.count > 0)
        ? 'NOT CLEAN'
        : 'not finished yet: run it again when the work is done',
  );
}
