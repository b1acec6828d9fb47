import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PhotoServer, startPhotoServer } from '../hosting/photoServer.ts';
import { pictures } from '../hosting/pictures.ts';
import { type ImportBody, type Part, startTributary, type Tributary } from '../hosting/tributary.ts';
import { attemptsOf } from './attempts.ts';
import { tell } from './report.ts';

const FILES = 240;
const AGAIN = 24;
const SEED = 820_000;
/** Well over every heartbeat timeout: others have taken over what these did, and finished it. */
const FROZEN_MS = 60_000;
const FROZEN: readonly Part[] = ['io', 'cpu'];
const OTHERS: readonly Part[] = ['io-2', 'cpu-2'];

describe('F4: one of two sets of workers stands still for a minute, and goes on as if nothing had been', () => {
  let photos: PhotoServer;
  let more: PhotoServer;
  let t: Tributary;

  before(async function () {
    this.timeout(400_000);
    photos = await startPhotoServer(await pictures(FILES, SEED), 100);
    more = await startPhotoServer(await pictures(AGAIN, SEED + FILES));
    t = await startTributary({ parts: ['api', ...FROZEN, ...OTHERS] });
  });
  after(async () => {
    for (const part of t === undefined ? [] : FROZEN) process.kill(t.pid(part), 'SIGCONT');
    await t?.close();
    await photos?.close();
    await more?.close();
  });

  it('does nothing twice, and the thawed workers work on', async function () {
    this.timeout(600_000);
    const id = await t.startImport(photos.url);
    while ((await t.get<ImportBody>(`/imports/${id}`)).processed_files < 30) await sleep(50);
    for (const part of FROZEN) process.kill(t.pid(part), 'SIGSTOP');
    const since = performance.now();
    const job = await t.waitImport(id);
    const withoutMs = performance.now() - since;
    await sleep(Math.max(0, FROZEN_MS - withoutMs));
    for (const part of FROZEN) process.kill(t.pid(part), 'SIGCONT');
    // Nobody else is left to do it.
    for (const part of OTHERS) await t.kill(part, 'SIGTERM');
    const second = await t.waitImport(await t.startImport(more.url));
    const [rows] = await t.db.run(
      (sql) => sql<{ assets: number; renditions: number; twice: number }[]>`
        select (select count(*) from assets) as assets, (select count(*) from renditions) as renditions,
          (select count(*) from (select sha256 from assets group by tenant_id, sha256 having count(*) > 1) d) as twice`,
    );
    const audit = await t.audit();
    const { histogram, afterTimeout } = await attemptsOf(t, id);
    tell(
      {
        test: 'F4',
        seed: SEED,
        injected: `SIGSTOP to ${FROZEN.join(' and ')} for ${FROZEN_MS / 1_000} s or more, two others go on`,
        figures: {
          items: FILES,
          lost: FILES + AGAIN - job.stored_files - second.stored_files,
          done_ms_without_them: Math.round(withoutMs),
          fetches_per_item: photos.asked.length / FILES,
          activities_by_attempts: histogram,
          activities_again_after_timeout: afterTimeout,
          assets_twice: rows?.twice,
        },
      },
      audit,
    );
    assert.equal(job.stored_files, FILES, JSON.stringify(job));
    assert.equal(second.stored_files, AGAIN, JSON.stringify(second));
    assert.deepEqual([rows?.assets, rows?.twice], [FILES + AGAIN, 0]);
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});
