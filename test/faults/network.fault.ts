import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrate } from '../../stores/postgres/migrate.ts';
import { isAlive } from '../cli/scratch.ts';
import { type BrokenLine, startBrokenLine, throughLine } from '../hosting/brokenLine.ts';
import { type PhotoServer, startPhotoServer } from '../hosting/photoServer.ts';
import { pictures } from '../hosting/pictures.ts';
import { createTestDatabase, type TestDatabase, temporalAddress } from '../hosting/stack.ts';
import { type ImportBody, startTributary, type Tributary } from '../hosting/tributary.ts';
import { tell } from './report.ts';

const FILES = 60;
const SEED = 850_000;
const BROKEN_MS = 30_000;
const RESETS = 10;

type Way = 'cut' | 'silent' | 'reset' | 'slow';
const WAYS: readonly Way[] = ['cut', 'silent', 'reset'];
const LINES = ['source', 'postgres', 'temporal'] as const;

describe('F24: lines to the parts break', () => {
  let database: TestDatabase;
  let lines: Record<(typeof LINES)[number], BrokenLine>;
  let photos: PhotoServer;
  let t: Tributary;
  let files = 0;

  before(async function () {
    this.timeout(400_000);
    photos = await startPhotoServer({}, 500);
    database = await createTestDatabase(migrate);
    const address = await temporalAddress();
    lines = {
      source: await startBrokenLine(Number(new URL(photos.url).port)),
      postgres: await startBrokenLine(Number(new URL(database.url).port)),
      temporal: await startBrokenLine(Number(address.split(':')[1])),
    };
    t = await startTributary({
      databaseUrl: database.url,
      env: {
        DATABASE_URL: throughLine(database.url, lines.postgres),
        TEMPORAL_ADDRESS: `127.0.0.1:${lines.temporal.port}`,
      },
    });
  });
  after(async () => {
    await t?.close();
    await photos?.close();
    for (const line of Object.values(lines ?? {})) await line.close();
    await database?.drop();
  });

  async function breakLine(line: BrokenLine, way: Way): Promise<void> {
    if (way === 'reset') {
      for (let n = 0; n < RESETS; n += 1) {
        line.reset();
        await sleep(1_000);
      }
      return;
    }
    line.become(way);
    await sleep(BROKEN_MS);
    line.become('open');
  }

  async function survives(name: (typeof LINES)[number], way: Way): Promise<void> {
    photos.files.clear();
    for (const [file, bytes] of Object.entries(await pictures(FILES, SEED + files))) photos.put(file, bytes);
    files += FILES;
    photos.asked = [];
    const id = await t.startImport(throughLine(photos.url, lines.source));
    // In the middle of the first batch.
    while (photos.asked.length < 5) await sleep(20);
    const broken = breakLine(lines[name], way);
    const { processed_files: then } = await t
      .get<ImportBody>(`/imports/${id}`)
      .catch(() => ({ processed_files: null }));
    await broken;
    // A process that ended would never end the import.
    for (const part of ['api', 'io', 'cpu'] as const) {
      const alive = isAlive(t.pid(part));
      assert.ok(alive, `${part} ended: ${t.output().slice(-4_000)}`);
    }
    const since = performance.now();
    const job = await t.waitImport(id);
    const doneMs = performance.now() - since;
    const audit = await t.audit();
    tell(
      {
        test: 'F24',
        seed: SEED,
        injected: `the line to ${name}: ${way}${way === 'reset' ? ` ${RESETS} times` : ` for ${BROKEN_MS / 1_000} s`}`,
        figures: {
          items: FILES,
          done_when_it_broke: then,
          lost: FILES - job.stored_files,
          done_ms_after: Math.round(doneMs),
          fetches_per_item: photos.asked.length / FILES,
          connections_open: lines[name].open(),
        },
      },
      audit,
    );
    assert.ok(then === null || then < FILES, 'it was over before the line broke');
    assert.equal(job.stored_files, FILES, JSON.stringify(job));
    assert.ok(audit.clean, JSON.stringify(audit));
  }

  for (const name of LINES)
    for (const way of WAYS)
      it(`the line to ${name}: ${way}`, async function () {
        this.timeout(400_000);
        await survives(name, way);
      });

  it('the line to source: slow', async function () {
    this.timeout(400_000);
    await survives('source', 'slow');
  });
});
