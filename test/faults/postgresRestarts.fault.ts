import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PhotoServer, startPhotoServer } from '../hosting/photoServer.ts';
import { picture, pictures } from '../hosting/pictures.ts';
import { APART, type ImportBody, type Part, startTributary, type Tributary } from '../hosting/tributary.ts';
import { type PrivatePostgres, startPrivatePostgres } from './privatePostgres.ts';
import { tell } from './report.ts';

const FILES = 300;
const CRASHES = 5;
const DOWN_MS = 2_000;
const SEED = 60_000;
/** How soon after Postgres answers again the product must do so too. */
const RECOVERS_WITHIN_MS = 1_000;
const PARTS: readonly Part[] = ['api', 'io', 'cpu'];

/** Sends a picture until it is taken, as a patient client does. */
async function sendUntilTaken(t: Tributary, bytes: Uint8Array): Promise<{ asset: number; refused: number }> {
  for (let refused = 0; ; refused += 1) {
    const response = await t.upload(bytes, 'sent.jpg');
    const body = (await response.json()) as { asset_id: number };
    if (response.ok) return { asset: body.asset_id, refused };
    assert.equal(response.status, 503, JSON.stringify(body));
    assert.ok(Number(response.headers.get('retry-after')) > 0);
    await sleep(250);
  }
}

/** Asks for the import until it is told; the longest that one question took counts as well. */
async function firstAnswer(t: Tributary, id: string): Promise<number> {
  for (;;) {
    const answered = await t.get(`/imports/${id}`).then(
      () => true,
      () => false,
    );
    if (answered) return performance.now();
    await sleep(20);
  }
}

describe('F9: Postgres is stopped hard in the middle of an import', () => {
  let postgres: PrivatePostgres;
  let photos: PhotoServer;
  let t: Tributary;

  before(async function () {
    this.timeout(240_000);
    postgres = await startPrivatePostgres();
    photos = await startPhotoServer(await pictures(FILES, SEED));
    t = await startTributary({ parts: APART, databaseUrl: postgres.url });
  });
  after(async () => {
    await t.close();
    await photos.close();
    await postgres.remove();
  });

  it(`loses nothing in ${CRASHES} crashes, keeps its processes and answers at once when it is back`, async function () {
    this.timeout(300_000);
    const pids = PARTS.map((part) => t.pid(part));
    photos.delayMs = 150;
    const id = await t.startImport(photos.url);
    const answers: number[] = [];
    const uploads: Awaited<ReturnType<typeof sendUntilTaken>>[] = [];
    for (let crash = 0; crash < CRASHES; crash += 1) {
      const { processed_files: before } = await t.get<ImportBody>(`/imports/${id}`);
      // Each one meets work under way: some of it is done since the last.
      for (let i = 0; i < 400; i += 1) {
        if ((await t.get<ImportBody>(`/imports/${id}`)).processed_files > before) break;
        await sleep(25);
      }
      await postgres.crash();
      const upload = sendUntilTaken(t, await picture(SEED + FILES + crash));
      await sleep(DOWN_MS);
      const answered = firstAnswer(t, id);
      await postgres.start();
      const back = performance.now();
      answers.push(Math.max(0, (await answered) - back));
      uploads.push(await upload);
    }
    const { processed_files: afterCrashes } = await t.get<ImportBody>(`/imports/${id}`);
    const started = performance.now();
    const job = await t.waitImport(id);
    const doneMs = performance.now() - started;
    for (const { asset } of uploads) {
      while ((await t.get<{ status: string }>(`/retrieve/asset/${asset}`)).status !== 'ready')
        await sleep(50);
    }
    const audit = await t.audit();
    tell(
      {
        test: 'F9',
        seed: SEED,
        injected: `${CRASHES} immediate stops of Postgres, ${DOWN_MS} ms down each`,
        figures: {
          items: FILES,
          done_after_last_crash: afterCrashes,
          lost: FILES - job.stored_files,
          fetches_per_item: photos.asked.length / FILES,
          first_answer_ms_worst: Math.round(Math.max(...answers)),
          done_ms_after_last: Math.round(doneMs),
          uploads_refused_with_503: uploads.reduce((sum, { refused }) => sum + refused, 0),
        },
      },
      audit,
    );
    assert.equal(job.stored_files, FILES, JSON.stringify(job));
    assert.equal(new Set(uploads.map(({ asset }) => asset)).size, CRASHES);
    assert.ok(audit.clean, JSON.stringify(audit));
    assert.deepEqual(
      PARTS.map((part) => t.pid(part)),
      pids,
    );
    for (const pid of pids) assert.ok(process.kill(pid, 0));
    assert.ok(Math.max(...answers) <= RECOVERS_WITHIN_MS, JSON.stringify(answers));
  });
});
