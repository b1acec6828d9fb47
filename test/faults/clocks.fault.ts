import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bucket, needsVersitygw, startBucket } from '../hosting/bucket.ts';
import { type PhotoServer, startPhotoServer } from '../hosting/photoServer.ts';
import { picture, pictures } from '../hosting/pictures.ts';
import { type Part, startTributary, type Tributary } from '../hosting/tributary.ts';
import { tell } from './report.ts';

const FILES = 60;
const SEED = 880_000;
const HOUR = 3_600_000;

/** The clock of a process is off by so much from its start on; what measures durations is not. */
const skewed = (ms: number): Record<string, string> => ({
  NODE_OPTIONS: `--import ${`data:text/javascript,${encodeURIComponent(`
    const { now } = Date;
    const Real = Date;
    globalThis.Date = class Date extends Real {
      constructor(...given) {
        if (given.length === 0) super(now() + ${ms});
        else super(...given);
      }
      static now() {
        return now() + ${ms};
      }
    };
  `)}`}`,
});

async function restart(t: Tributary, clocks: Partial<Record<Part, number>>): Promise<void> {
  for (const [part, ms] of Object.entries(clocks) as [Part, number][]) {
    await t.kill(part, 'SIGTERM');
    await t.start(part, ms === 0 ? {} : skewed(ms));
  }
}

describe('F26: clocks are wrong', () => {
  let photos: PhotoServer;

  beforeEach(async () => {
    photos = await startPhotoServer();
  });
  afterEach(() => photos.close());

  it('hours and days, in the middle of an import: nothing expires, nothing is lost', async function () {
    this.timeout(600_000);
    for (const [name, bytes] of Object.entries(await pictures(FILES, SEED))) photos.put(name, bytes);
    photos.delayMs = 200;
    const t = await startTributary();
    try {
      const began = Date.now();
      const id = await t.startImport(photos.url);
      while ((await t.get<{ processed_files: number }>(`/imports/${id}`)).processed_files < 10)
        await sleep(50);
      await restart(t, { api: 2 * HOUR, io: -240 * HOUR, cpu: 2 * HOUR });
      const upload = await t.upload(await picture(SEED - 1), 'meanwhile.jpg');
      assert.equal(upload.status, 200);
      const { asset_id: asset } = (await upload.json()) as { asset_id: number };
      const job = await t.waitImport(id);
      while ((await t.get<{ status: string }>(`/retrieve/asset/${asset}`)).status !== 'ready')
        await sleep(50);
      const [row] = await t.db.run(
        (sql) => sql<{ odd: number }[]>`
          select count(*) as odd from assets
          where created_at not between ${new Date(began - HOUR)} and ${new Date(Date.now() + HOUR)}
            or ready_at not between ${new Date(began - HOUR)} and ${new Date(Date.now() + HOUR)}`,
      );
      const audit = await t.audit();
      tell(
        {
          test: 'F26',
          seed: SEED,
          injected: 'clocks: API and cpu worker 2 h ahead, io worker 10 days behind',
          figures: {
            items: FILES,
            lost: FILES - job.stored_files,
            times_that_are_wrong: row?.odd,
            fetches_per_item: photos.asked.length / FILES,
          },
        },
        audit,
      );
      assert.equal(job.stored_files, FILES, JSON.stringify(job));
      assert.equal(row?.odd, 0);
      assert.ok(audit.clean, JSON.stringify(audit));
    } finally {
      await t.close();
    }
  });

  it('too far from that of the object store: nothing is begun, and it is said by name', async function () {
    this.timeout(600_000);
    await needsVersitygw(this);
    const bucket: Bucket = await startBucket();
    const t = await startTributary({ env: bucket.env() });
    try {
      for (const [name, bytes] of Object.entries(await pictures(6, SEED + 1_000))) photos.put(name, bytes);
      await t.kill('api', 'SIGTERM');
      await assert.rejects(
        t.start('api', skewed(2 * HOUR)),
        /clock of this machine is too far from that of the object store/,
      );
      await t.start('api');
      const taken = await t.upload(await picture(SEED - 2), 'right.jpg');
      const job = await t.waitImport(await t.startImport(photos.url));
      const audit = await t.audit();
      tell(
        {
          test: 'F26 bucket',
          seed: SEED,
          injected: 'the clock of the API is 2 h ahead of that of the bucket',
          figures: { afterwards: taken.status, stored: job.stored_files },
        },
        audit,
      );
      assert.equal(taken.status, 200);
      assert.equal(job.stored_files, 6);
      assert.ok(audit.clean, JSON.stringify(audit));
    } finally {
      await t.close();
      await bucket.stop();
    }
  });
});
