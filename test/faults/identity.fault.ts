import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { picture } from '../hosting/pictures.ts';
import { postgresLog } from '../hosting/stack.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { type ApiProcess, startApiProcess } from './apiProcesses.ts';
import { tell } from './report.ts';

const FILES = Number(process.env['FAULT_FILES'] ?? 100);
const COPIES = 50;

interface Answer {
  asset_id: number;
  content_hash: string;
  duplicate: boolean;
}

/** Two API processes on one database, each given half of the copies of each file at the same moment. */
describe('identity under load', () => {
  let t: Tributary;
  let apis: ApiProcess[] = [];

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ parts: ['io', 'cpu'] });
    apis = await Promise.all([startApiProcess(t), startApiProcess(t)]);
  });
  after(async () => {
    await Promise.all(apis.map((api) => api.stop()));
    await t.close();
  });

  it(`${COPIES} uploads of one file at once, ${FILES} times over, are ${FILES} assets`, async function () {
    this.timeout(1_200_000);
    const logged = (await postgresLog()).length;
    const times: number[] = [];
    const failed: string[] = [];

    async function upload(url: string, bytes: Buffer): Promise<Answer | null> {
      const form = new FormData();
      form.append('tenant_name', 'crowd');
      form.append('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), 'x.jpg');
      const began = performance.now();
      const answer = await fetch(`${url}/upload/`, { method: 'POST', body: form });
      times.push(performance.now() - began);
      if (answer.status === 200) return (await answer.json()) as Answer;
      failed.push(`${answer.status} ${await answer.text()}`);
      return null;
    }

    const assets = new Set<number>();
    for (let file = 0; file < FILES; file += 1) {
      const bytes = await picture(5_000 + file, 160, 120);
      const hash = createHash('sha256').update(bytes).digest('hex');
      const answers = await Promise.all(
        Array.from({ length: COPIES }, (_, i) => upload(apis[i % apis.length]!.url, bytes)),
      );
      assert.deepEqual(failed, []);
      const ids = new Set(answers.map((answer) => answer?.asset_id));
      assert.equal(ids.size, 1, `file ${file} is ${ids.size} assets`);
      assert.equal(answers.filter((answer) => answer?.duplicate === false).length, 1);
      assert.ok(answers.every((answer) => answer?.content_hash === hash));
      assets.add(answers[0]!.asset_id);
    }
    assert.equal(assets.size, FILES);

    for (;;) {
      const [row] = await t.db.run(
        (sql) => sql<{ pending: number }[]>`select count(*) as pending from assets where state = 'pending'`,
      );
      if (row?.pending === 0) break;
      await sleep(100);
    }
    let originals = 0;
    for await (const { key } of t.objects.list('')) if (key.endsWith('/original')) originals += 1;
    assert.equal(originals, FILES);
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
    const log = (await postgresLog()).slice(logged);
    const refused = log.match(/duplicate key value|deadlock detected/g) ?? [];
    assert.deepEqual(refused, [], log.slice(-2_000));

    const puts = (await Promise.all(apis.map((api) => api.puts()))).reduce((sum, n) => sum + n, 0);
    // About one of each process; without that care nearly every copy is put.
    assert.ok(puts >= FILES && puts < (FILES * COPIES) / 5, `${puts} puts`);
    times.sort((a, b) => a - b);
    const at = (share: number) => Math.round(times[Math.floor(times.length * share)]!);
    tell(
      {
        test: 'F34 identity',
        injected: { files: FILES, copies: COPIES, apis: apis.length },
        figures: {
          uploads: times.length,
          assets: assets.size,
          originals,
          puts,
          puts_per_unique: puts / FILES,
          p50_ms: at(0.5),
          p99_ms: at(0.99),
          errors: failed.length,
          duplicate_key_in_log: refused.length,
        },
      },
      report,
    );
  });
});
