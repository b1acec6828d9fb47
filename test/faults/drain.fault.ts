import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PhotoServer, startPhotoServer } from '../hosting/photoServer.ts';
import { pictures } from '../hosting/pictures.ts';
import { type ImportBody, type Part, startTributary, type Tributary } from '../hosting/tributary.ts';
import { attemptsOf } from './attempts.ts';
import { tell } from './report.ts';

const FILES = 240;
const SEED = 720_000;
/** What an orchestrator has to give a worker at least: the grace and force time of workers/runWorker.ts, and to close. */
const GRACE_MS = 20_000;
const STOPPED: readonly Part[] = ['io', 'cpu'];

describe('F3: one of two sets of workers is asked to stop in the middle of an import', () => {
  let photos: PhotoServer;
  let t: Tributary;

  before(async function () {
    this.timeout(400_000);
    photos = await startPhotoServer(await pictures(FILES, SEED), 100);
    t = await startTributary({ parts: ['api', 'io', 'cpu', 'io-2', 'cpu-2'] });
  });
  after(async () => {
    await t.close();
    await photos.close();
  });

  it('loses nothing, waits for nobody who is gone, and both processes end in time with code 0', async function () {
    this.timeout(400_000);
    const id = await t.startImport(photos.url);
    let processed = 0;
    while (processed < 30) {
      await sleep(50);
      processed = (await t.get<ImportBody>(`/imports/${id}`)).processed_files;
    }
    const began = performance.now();
    const codes = await Promise.all(STOPPED.map((part) => t.kill(part, 'SIGTERM')));
    const exitMs = Math.round(performance.now() - began);
    const { processed_files: then } = await t.get<ImportBody>(`/imports/${id}`);
    const job = await t.waitImport(id);
    const audit = await t.audit();
    const { histogram, afterTimeout } = await attemptsOf(t, id);
    tell(
      {
        test: 'F3',
        seed: SEED,
        injected: `SIGTERM to ${STOPPED.join(' and ')} after ${processed} of ${FILES} items, two others go on`,
        figures: {
          exit_ms: exitMs,
          done_when_they_were_gone: then,
          stored: job.stored_files,
          fetches_per_item: photos.asked.length / FILES,
          activities_by_attempts: histogram,
          activities_again_after_timeout: afterTimeout,
        },
      },
      audit,
    );
    assert.deepEqual(codes, [0, 0]);
    assert.ok(exitMs <= GRACE_MS, `${exitMs} ms`);
    assert.ok(then < FILES, 'the import was over before they were gone');
    assert.equal(job.stored_files, FILES, JSON.stringify(job));
    assert.equal(afterTimeout, 0);
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});
