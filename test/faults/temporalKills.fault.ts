import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { adminPort } from '../hosting/admin.ts';
import { type PhotoServer, startPhotoServer } from '../hosting/photoServer.ts';
import { picture, pictures } from '../hosting/pictures.ts';
import { type ImportBody, type Part, startTributary, type Tributary } from '../hosting/tributary.ts';
import { attemptsOf } from './attempts.ts';
import { type PrivateTemporal, startPrivateTemporal } from './privateTemporal.ts';
import { tell } from './report.ts';

const FILES = 400;
const DOWN_MS = [10_000, 120_000];
const SEED = 830_000;
const WORKERS: readonly Part[] = ['io', 'cpu', 'io-2', 'cpu-2'];

async function waitReady(t: Tributary, asset: number): Promise<void> {
  while ((await t.get<{ status: string }>(`/retrieve/asset/${asset}`)).status !== 'ready') await sleep(50);
}

describe('F5: the Temporal server is killed in the middle of an import', () => {
  let temporal: PrivateTemporal;
  let photos: PhotoServer;
  let t: Tributary;

  before(async function () {
    this.timeout(400_000);
    temporal = await startPrivateTemporal();
    photos = await startPhotoServer(await pictures(FILES, SEED), 150);
    t = await startTributary({ parts: ['api', ...WORKERS], temporal: temporal.address });
  });
  after(async () => {
    await t?.close();
    await photos?.close();
    await temporal?.remove();
  });

  it('loses nothing, takes uploads meanwhile, and everything goes on by itself', async function () {
    this.timeout(900_000);
    const pids = WORKERS.map((part) => t.pid(part));
    const id = await t.startImport(photos.url);
    const done = async () => (await t.get<ImportBody>(`/imports/${id}`)).processed_files;
    while ((await done()) < 20) await sleep(50);
    const answers: Record<string, number> = {};
    const uploaded: number[] = [];
    const goesOnMs: number[] = [];
    for (const [round, downMs] of DOWN_MS.entries()) {
      await temporal.kill();
      const until = performance.now() + downMs;
      for (let n = 0; performance.now() < until; n += 1) {
        const answer = await t.upload(await picture(SEED + FILES + round * 1_000 + n), 'meanwhile.jpg');
        answers[answer.status] = (answers[answer.status] ?? 0) + 1;
        const body = (await answer.json()) as { asset_id: number };
        if (answer.ok) uploaded.push(body.asset_id);
        await sleep(5_000);
      }
      const before = await done();
      await temporal.start();
      const since = performance.now();
      while ((await done()) === before && before < FILES) await sleep(50);
      goesOnMs.push(Math.round(performance.now() - since));
    }
    const job = await t.waitImport(id);
    for (const asset of uploaded) await waitReady(t, asset);
    const audit = await t.audit();
    const { histogram, afterTimeout } = await attemptsOf(t, id);
    tell(
      {
        test: 'F5',
        seed: SEED,
        injected: `SIGKILL to Temporal, down for ${DOWN_MS.join(' and ')} ms, two sets of workers`,
        figures: {
          items: FILES,
          lost: FILES - job.stored_files,
          manual_steps: 0,
          goes_on_ms: goesOnMs,
          uploads_meanwhile: answers,
          fetches_per_item: photos.asked.length / FILES,
          activities_by_attempts: histogram,
          activities_again_after_timeout: afterTimeout,
        },
      },
      audit,
    );
    assert.equal(job.stored_files, FILES, JSON.stringify(job));
    assert.deepEqual(Object.keys(answers), ['200'], JSON.stringify(answers));
    assert.deepEqual(
      WORKERS.map((part) => t.pid(part)),
      pids,
    );
    for (const pid of pids) assert.ok(process.kill(pid, 0));
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});

describe('F6: everything is started before there is a Temporal server', () => {
  let temporal: PrivateTemporal;
  let t: Tributary;

  before(async function () {
    this.timeout(400_000);
    temporal = await startPrivateTemporal();
    t = await startTributary({ parts: [], temporal: temporal.address });
    await temporal.kill();
  });
  after(async () => {
    await t?.close();
    await temporal?.remove();
  });

  it('says that it is degraded, takes an upload, and does it when the server is there', async function () {
    this.timeout(400_000);
    const admins = { io: await adminPort(), cpu: await adminPort() };
    const starting = (['io', 'cpu'] as const).map((part) => t.start(part, admins[part].env));
    await t.start('api');
    const health = await fetch(`${t.url}/readyz`);
    const { status } = (await health.json()) as { status: string };
    assert.deepEqual([health.status, status], [503, 'degraded']);
    for (const admin of Object.values(admins)) await admin.until((code) => code === 503);
    const answer = await t.upload(await picture(SEED - 1), 'early.jpg');
    assert.equal(answer.status, 200);
    const { asset_id: asset } = (await answer.json()) as { asset_id: number };
    await sleep(10_000);
    await temporal.start();
    const since = performance.now();
    await Promise.all(starting);
    for (const admin of Object.values(admins)) await admin.until((code) => code === 200);
    const pollMs = performance.now() - since;
    await waitReady(t, asset);
    const readyMs = performance.now() - since;
    const audit = await t.audit();
    tell(
      {
        test: 'F6',
        injected: 'API and workers are started, Temporal some time later',
        figures: { first_poll_ms: Math.round(pollMs), upload_ready_ms: Math.round(readyMs) },
      },
      audit,
    );
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});
