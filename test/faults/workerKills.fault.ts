import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PhotoServer, startPhotoServer } from '../hosting/photoServer.ts';
import { pictures } from '../hosting/pictures.ts';
import { seeded } from '../hosting/seeded.ts';
import { type ImportBody, type Part, startTributary, type Tributary } from '../hosting/tributary.ts';
import { attemptsOf } from './attempts.ts';
import { tell } from './report.ts';

const FILES = 400;
const KILLS = 10;
const SEED = 810_000;
const PARTS: readonly Part[] = ['io', 'cpu'];

describe('F1: workers are killed again and again in the middle of an import', () => {
  let photos: PhotoServer;
  let t: Tributary;

  before(async function () {
    this.timeout(400_000);
    photos = await startPhotoServer(await pictures(FILES, SEED), 100);
    t = await startTributary();
  });
  after(async () => {
    await t?.close();
    await photos?.close();
  });

  it(`loses nothing in up to ${KILLS} kills, and fetches little twice`, async function () {
    this.timeout(900_000);
    const random = seeded(SEED);
    const id = await t.startImport(photos.url);
    const done = async () => (await t.get<ImportBody>(`/imports/${id}`)).processed_files;
    const killed: Record<string, number> = {};
    let last = 0;
    let kills = 0;
    while (kills < KILLS) {
      // Each one meets work under way.
      let now = await done();
      for (const from = now; now === from && now < FILES; now = await done()) await sleep(50);
      if (now >= FILES) break;
      await sleep(random() * 2_000);
      const part = PARTS[Math.floor(random() * PARTS.length)] ?? 'io';
      await t.kill(part, 'SIGKILL');
      last = performance.now();
      kills += 1;
      killed[part] = (killed[part] ?? 0) + 1;
      await t.start(part);
    }
    const job = await t.waitImport(id);
    const doneMs = performance.now() - last;
    const audit = await t.audit();
    const { histogram, afterTimeout } = await attemptsOf(t, id);
    const fetches = photos.asked.length / FILES;
    tell(
      {
        test: 'F1',
        seed: SEED,
        injected: { SIGKILL: killed },
        figures: {
          items: FILES,
          lost: FILES - job.stored_files,
          fetches_per_item: fetches,
          done_ms_after_last: Math.round(doneMs),
          activities_by_attempts: histogram,
          activities_again_after_timeout: afterTimeout,
        },
      },
      audit,
    );
    assert.equal(job.stored_files, FILES, JSON.stringify(job));
    assert.ok(kills >= KILLS / 2, `the import was over after ${kills} kills`);
    assert.ok(fetches <= 1.25, `${fetches} fetches an item`);
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});
