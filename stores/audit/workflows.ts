import type { Sql } from '../postgres/database.ts';
import type { Pass } from './objects.ts';
import { reopenImport } from './repairs/imports.ts';

/** What Temporal knows, as far as rows can be compared with it. */
export interface WorkflowView {
  /** Every workflow that is open, but for audits and those of cameras and webhooks, which may be open for months. `importId`: whose work it does, when that is an import's. */
  open(): AsyncIterable<{ workflowId: string; importId: string | null }>;
  /** Whether anything works on the import at this moment. */
  worksOn(importId: string): Promise<boolean>;
  /** Whether anything carries the capture session on. */
  captures(sessionId: string): Promise<boolean>;
}

const BATCH = 500;
/** An import has its workflow a moment after its row, or its message. */
const YOUNG_SECONDS = 60;

async function existing(sql: Sql, importIds: readonly string[]): Promise<Set<string>> {
  const rows = await sql<{ id: string }[]>`
    select id from imports where id = any(${importIds as string[]}::uuid[])`;
  return new Set(rows.map(({ id }) => id));
}

/** Open imports that nobody is about to start, in the order of their ids. */
async function openImports(sql: Sql, which: { after: string } | { only: string }): Promise<{ id: string }[]> {
  return sql<{ id: string }[]>`
    select m.id from imports m
    where m.state in ('pending', 'processing', 'paused', 'needs_attention')
      and ${'after' in which ? sql`m.id > ${which.after}` : sql`m.id = ${which.only}`}
      and m.updated_at < now() - ${YOUNG_SECONDS} * interval '1 second'
      and not exists (select from outbox o where o.import_id = m.id and o.sent_at is null)
    order by m.id limit ${BATCH}`;
}

async function rowless({ db, tally }: Pass, found: Map<string, string>): Promise<void> {
  if (found.size === 0) return;
  const known = await db.run((sql) => existing(sql, [...found.values()]));
  for (const [workflowId, importId] of found) {
    if (known.has(importId)) continue;
    tally.broken('W2', workflowId);
    // It may be that of another Tributary that shares the namespace.
    tally.needs('end these workflows in Temporal, if no other Tributary uses the namespace', 1, [workflowId]);
  }
}

/** Compares open imports with open workflows, both ways. @returns how many workflows are open */
export async function auditWorkflows(pass: Pass & { workflows: WorkflowView }): Promise<number> {
  const { db, tally, fix, workflows } = pass;
  let open = 0;
  let found = new Map<string, string>();
  for await (const { workflowId, importId } of workflows.open()) {
    open += 1;
    if (importId !== null) found.set(workflowId, importId);
    if (found.size < BATCH) continue;
    await rowless(pass, found);
    found = new Map();
  }
  await rowless(pass, found);

  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const page = await db.run((sql) => openImports(sql, { after }));
    for (const { id } of page) {
      if (await workflows.worksOn(id)) continue;
      // It may have ended while we asked.
      const [still] = await db.run((sql) => openImports(sql, { only: id }));
      if (still === undefined) continue;
      tally.broken('W1', `import ${id}`);
      if (fix) await reopenImport(db, tally, id);
    }
    const last = page.at(-1);
    if (last === undefined) return open;
    after = last.id;
  }
}
