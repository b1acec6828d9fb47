import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createDetectActivities } from '../../activities/detect.ts';
import { createRenderActivities } from '../../activities/render.ts';
import type { Detector } from '../../detection/detector.ts';
import { createDetector } from '../../detection/pool.ts';
import { DECODE_MEMORY_MIB } from '../../domain/limits.ts';
import type { Decoder } from '../../imaging/decoder.ts';
import { createDecoder } from '../../imaging/pool.ts';
import { folderOf, pictures } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { tell } from './report.ts';

const FILES = 60;
const SEED = 40_000;
const CRASHING_CHILD = path.resolve(import.meta.dirname, 'fixtures/crashingChild.ts');

/**
 * API, io worker, Postgres and Temporal are processes of their own as always. The cpu worker runs here, because its
 * decoding children must have a codec with a bug in it, which nobody can be shipped.
 */
describe('F40: a picture that crashes its decoder every time', () => {
  let t: Tributary;
  let decoder: Decoder;
  let detector: Detector;
  let connection: NativeConnection;
  let workers: Worker[];
  let running: Promise<unknown>;
  let deaths = 0;
  let folder: string;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ parts: ['api', 'io'] });
    const scratchRoot = path.join(t.config.dataDir, 'tmp');
    await mkdir(scratchRoot, { recursive: true });
    decoder = createDecoder({
      children: 2,
      memoryMib: DECODE_MEMORY_MIB,
      timeoutMs: 20_000,
      childEntry: CRASHING_CHILD,
      log: (message) => {
        if (message === 'decoding child died') deaths += 1;
      },
    });
    detector = createDetector({ sessions: 1, memoryMib: 512, timeoutMs: 20_000 });
    connection = await NativeConnection.connect(t.config.temporal.connection);
    const common = { connection, namespace: t.config.temporal.namespace };
    const { db, objects } = t;
    workers = await Promise.all([
      Worker.create({
        ...common,
        taskQueue: 'cpu',
        activities: createRenderActivities({ db, objects, decoder, scratchRoot, reached: () => {} }),
      }),
      Worker.create({
        ...common,
        taskQueue: 'inference',
        activities: createDetectActivities({
          ...{ db, objects, decoder, detector, scratchRoot, modelsDir: t.config.modelsDir },
        }),
      }),
    ]);
    running = Promise.all(workers.map((worker) => worker.run()));
    const files = await pictures(FILES, SEED);
    const [some] = Object.values(files);
    folder = await folderOf({ ...files, 'crashes.jpg': Buffer.concat([some!, Buffer.from('poison')]) });
  });
  after(async () => {
    for (const worker of workers) worker.shutdown();
    await running;
    await decoder.close();
    await detector.close();
    await connection.close();
    await t.close();
    await rm(folder, { recursive: true });
  });

  it('is given up after two tries, and everything else is brought in', async function () {
    this.timeout(240_000);
    const started = performance.now();
    const id = await t.startImport(folder);
    const job = await t.waitImport(id);
    const { items } = await t.get<{ items: { name: string; reason: string; advice: string }[] }>(
      `/imports/${id}/items?outcome=rejected`,
    );
    let audit = await t.audit();
    for (let i = 0; i < 20 && !audit.clean; i += 1) {
      await sleep(100);
      audit = await t.audit();
    }
    tell(
      {
        test: 'F40',
        seed: SEED,
        injected: 'one picture of 61 kills the process that decodes it',
        figures: {
          items: FILES + 1,
          lost: FILES - job.stored_files,
          decoders_killed: deaths,
          blocked_items: job.pending_files,
          done_ms: Math.round(performance.now() - started),
        },
      },
      audit,
    );
    assert.equal(job.status, 'completed');
    assert.deepEqual([job.stored_files, job.rejected_files, job.pending_files], [FILES, 1, 0]);
    assert.deepEqual(
      items.map(({ name, reason }) => [name, reason]),
      [['crashes.jpg', 'decoder_crashed']],
    );
    assert.ok(deaths >= 1 && deaths <= 3, `${deaths} deaths`);
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});
