import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Tributary } from './tributary.ts';

export interface Traces {
  t: Tributary;
  /** Everything that the API answered. */
  answers: readonly string[];
  /** So many workflows were run with the secrets, at least. */
  histories: number;
}

/** What is written nowhere may still be written in another spelling. */
const spellingsOf = (secret: string): string[] => [
  secret,
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(secret).toString('hex'),
  encodeURIComponent(secret),
];

/** Secrets that were given to a running Tributary are nowhere where somebody could read them. */
export function describeNoTraces(secrets: readonly string[], traces: () => Traces): void {
  const spellings = secrets.flatMap(spellingsOf);

  const clean = (where: string, text: string) => {
    for (const spelling of spellings) {
      const at = text.indexOf(spelling);
      assert.ok(at < 0, `${where}: …${text.slice(Math.max(0, at - 200), at + 60)}…`);
    }
  };

  it('are in no answer of the API', () => {
    const { answers } = traces();
    assert.ok(answers.length > 20);
    for (const answer of answers) clean('API', answer);
  });

  it('are in no log, at the level that tells most', () => {
    const { t } = traces();
    assert.ok(t.output().length > 1_000);
    clean('log', t.output());
  });

  it('are in no history of a workflow', async () => {
    const { t, histories: least } = traces();
    let histories = 0;
    for await (const { workflowId, runId } of t.client.workflow.list()) {
      const history = await t.client.workflow.getHandle(workflowId, runId).fetchHistory();
      // Payloads are base64 in JSON; here they are looked at as they are.
      const payloads = JSON.stringify(historyToJSON(history)).replace(
        /"data":"([A-Za-z0-9+/=]+)"/g,
        (_all, data: string) => Buffer.from(data, 'base64').toString('utf8'),
      );
      clean(workflowId, payloads);
      histories += 1;
    }
    assert.ok(histories >= least, `${histories} histories`);
    for await (const { scheduleId } of t.client.schedule.list()) {
      clean(scheduleId, JSON.stringify((await t.client.schedule.getHandle(scheduleId).describe()).raw));
    }
  });

  it('are in no row of the database that can be read', async () => {
    const { t } = traces();
    const tables = await t.db.run(
      (sql) => sql<{ name: string }[]>`select tablename as name from pg_tables where schemaname = 'public'`,
    );
    assert.ok(tables.length > 10);
    for (const { name } of tables) {
      const rows = await t.db.run(
        (sql) => sql<{ text: string }[]>`select coalesce(json_agg(r)::text, '') as text from ${sql(name)} r`,
      );
      clean(name, rows[0]?.text ?? '');
    }
  });

  it('are in no argument of a process', async () => {
    let seen = 0;
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (line.includes('dist/cli/main.js')) seen += 1;
      // The camera of a test knows its own password.
      if (line.includes('rtspServer.py')) continue;
      clean(`process ${pid}`, line);
    }
    assert.ok(seen >= 3);
  });

  it('can be found by this test (it would see one)', () => {
    assert.throws(() => clean('here', `x ${Buffer.from(secrets[0]!).toString('base64')} y`));
  });
}
