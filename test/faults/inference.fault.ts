import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { denseModel } from '../../bench/n/denseModel.ts';
import { addFrom } from '../../cli/models.ts';
import { putModel } from '../hosting/models.ts';
import { folderOf, pictures } from '../hosting/pictures.ts';
import { APART, type ImportBody, startTributary, type Tributary } from '../hosting/tributary.ts';
import { tell } from './report.ts';

const FILES = 150;
const SEED = 60_000;

/** Processes below the given one that hold a model. */
function inferenceProcesses(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('detection/child/entry') &&
          readFileSync(`/proc/${pid}/status`, 'latin1').includes(`\nPPid:\t${parent}\n`)
        );
      } catch {
        return false;
      }
    });
}

describe('inference processes and workers that die in the middle of an import', function () {
  this.timeout(300_000);
  let t: Tributary;
  let dir: string;

  before(async () => {
    t = await startTributary({ parts: APART });
    dir = await mkdtemp(path.join(tmpdir(), 'tributary-models-'));
    // Some tens of milliseconds a picture, so that there is a middle.
    const { manifestPath } = await putModel(dir, 'yolov5', denseModel(640), {
      input: { width: 640, height: 640 },
    });
    await addFrom(t.config, manifestPath);
  });
  after(async () => {
    await t.close();
    await rm(dir, { recursive: true });
  });

  const runs = async (): Promise<{ state: string; count: number }[]> =>
    t.db.run((sql) => sql`select state, count(*) from detection_runs group by state order by state`);
  const seen = async (): Promise<number> => (await runs()).reduce((sum, { count }) => sum + count, 0);

  async function importWhile(
    seed: number,
    harm: (done: () => Promise<boolean>) => Promise<void>,
  ): Promise<ImportBody> {
    const folder = await folderOf(await pictures(FILES, seed));
    const id = await t.startImport(folder);
    await harm(async () => (await t.get<ImportBody>(`/imports/${id}`)).status === 'completed');
    const job = await t.waitImport(id);
    await rm(folder, { recursive: true });
    return job;
  }

  it('a process that dies costs at most the picture that it looked at', async () => {
    let killed = 0;
    const job = await importWhile(SEED, async (done) => {
      while (!(await done()) && killed < 12) {
        const [pid] = inferenceProcesses(t.pid('cpu'));
        if (pid !== undefined && (await seen()) > killed * 8) {
          process.kill(pid, 'SIGSEGV');
          killed += 1;
        }
        await sleep(50);
      }
    });
    const found = await runs();
    const failed = found.find(({ state }) => state === 'failed')?.count ?? 0;
    const audit = await t.audit();
    tell(
      {
        test: 'inference processes killed',
        seed: SEED,
        injected: 'SIGSEGV',
        figures: { killed, failed, files: FILES },
      },
      audit,
    );
    assert.equal(job.stored_files, FILES);
    assert.ok(killed >= 5, `${killed} killed`);
    // Two in a row have to hit the same picture.
    assert.ok(failed <= killed / 2, `${failed} failed`);
    assert.equal(await seen(), FILES);
    assert.ok(audit.clean, JSON.stringify(audit));
  });

  it('a worker that dies costs nothing but time, and nothing is looked at twice that was written', async () => {
    const before = await seen();
    let kills = 0;
    const job = await importWhile(SEED + FILES, async (done) => {
      while (!(await done()) && kills < 2) {
        if ((await seen()) > before + 20 + kills * 50) {
          await t.kill('cpu', 'SIGKILL');
          kills += 1;
          await t.start('cpu');
        }
        await sleep(50);
      }
    });
    const audit = await t.audit();
    tell(
      {
        test: 'inference worker killed',
        seed: SEED + FILES,
        injected: 'SIGKILL',
        figures: { kills, files: FILES },
      },
      audit,
    );
    assert.equal(job.stored_files, FILES);
    assert.equal(kills, 2);
    assert.equal((await seen()) - before, FILES);
    const [states] = await t.db.run(
      (sql) => sql<{ undone: number }[]>`
        select count(*) as undone from assets where state = 'ready' and detection_state is distinct from 'done'
          and detection_state is distinct from 'failed'`,
    );
    assert.equal(states?.undone, 0);
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});
