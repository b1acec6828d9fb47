import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { type BrokenLine, startBrokenLine, throughLine } from '../hosting/brokenLine.ts';
import { type PhotoServer, startPhotoServer } from '../hosting/photoServer.ts';
import { pictures } from '../hosting/pictures.ts';
import { type ImportBody, type Part, startTributary, type Tributary } from '../hosting/tributary.ts';
import { attemptsOf } from './attempts.ts';
import { type PrivatePostgres, startPrivatePostgres } from './privatePostgres.ts';
import { tell } from './report.ts';

const FILES = 200;
const DOWN_MS = 180_000;
const SEED = 840_000;
const PARTS: readonly Part[] = ['api', 'io', 'cpu'];
/** Three processes with eight connections and some of their own, each asked for five times a second at most. */
const MOST_CONNECTIONS_PER_MINUTE = 12_000;

describe('F10: Postgres is away for three minutes, behind a line that still takes connections', () => {
  let server: PrivatePostgres;
  let line: BrokenLine;
  let photos: PhotoServer;
  let t: Tributary;

  before(async function () {
    this.timeout(400_000);
    server = await startPrivatePostgres();
    line = await startBrokenLine(Number(new URL(server.url).port));
    photos = await startPhotoServer(await pictures(FILES, SEED), 100);
    t = await startTributary({ databaseUrl: throughLine(server.url, line) });
  });
  after(async () => {
    await t?.close();
    await photos?.close();
    await line?.close();
    await server?.remove();
  });

  it('is told to whoever asks, makes no storm, and is over by itself', async function () {
    this.timeout(900_000);
    const pids = PARTS.map((part) => t.pid(part));
    const id = await t.startImport(photos.url);
    while ((await t.get<ImportBody>(`/imports/${id}`)).processed_files < 20) await sleep(50);
    const connections = line.asked();
    await server.crash();
    const until = performance.now() + DOWN_MS;
    const answers: Record<string, number> = {};
    let slowest = 0;
    let patient = true;
    while (performance.now() < until) {
      const began = performance.now();
      const answer = await fetch(`${t.url}/imports/${id}`);
      slowest = Math.max(slowest, performance.now() - began);
      answers[answer.status] = (answers[answer.status] ?? 0) + 1;
      patient &&= Number(answer.headers.get('retry-after')) > 0;
      await answer.arrayBuffer();
      await sleep(1_000);
    }
    const perMinute = Math.round(((line.asked() - connections) / DOWN_MS) * 60_000);
    await server.start();
    const since = performance.now();
    while ((await fetch(`${t.url}/imports/${id}`)).status !== 200) await sleep(50);
    const answersMs = performance.now() - since;
    const job = await t.waitImport(id);
    const audit = await t.audit();
    const { histogram } = await attemptsOf(t, id);
    tell(
      {
        test: 'F10',
        seed: SEED,
        injected: `Postgres is stopped for ${DOWN_MS / 1_000} s`,
        figures: {
          items: FILES,
          lost: FILES - job.stored_files,
          answers,
          slowest_answer_ms: Math.round(slowest),
          connections_asked_per_minute: perMinute,
          answers_after_ms: Math.round(answersMs),
          fetches_per_item: photos.asked.length / FILES,
          activities_by_attempts: histogram,
        },
      },
      audit,
    );
    assert.equal(job.stored_files, FILES, JSON.stringify(job));
    assert.deepEqual(Object.keys(answers), ['503'], JSON.stringify(answers));
    assert.ok(patient, 'every refusal says when to come again');
    assert.ok(perMinute <= MOST_CONNECTIONS_PER_MINUTE, `${perMinute} connections a minute`);
    assert.deepEqual(
      PARTS.map((part) => t.pid(part)),
      pids,
    );
    for (const pid of pids) assert.ok(process.kill(pid, 0));
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});

const READS = 100;
const POOL = 4;
const DEADLINE_MS = 5_000;
const HELD_MS = 15_000;

describe('F11: every connection to Postgres is held up', () => {
  let photos: PhotoServer;
  let t: Tributary;

  before(async function () {
    this.timeout(400_000);
    photos = await startPhotoServer(await pictures(80, SEED + FILES), 50);
    t = await startTributary({
      env: { DATABASE_POOL: String(POOL), DATABASE_DEADLINE_MS: String(DEADLINE_MS) },
    });
  });
  after(async () => {
    await t?.close();
    await photos?.close();
  });

  it('refuses in time who cannot be served, starves nobody afterwards, and loses nothing', async function () {
    this.timeout(400_000);
    const times: number[] = [];
    const read = async (): Promise<number> => {
      const began = performance.now();
      const answer = await fetch(`${t.url}/images?limit=20`);
      await answer.arrayBuffer();
      times.push(performance.now() - began);
      if (answer.status === 503) assert.ok(Number(answer.headers.get('retry-after')) > 0);
      return answer.status;
    };
    const reads = () => Promise.all(Array.from({ length: READS }, read));
    const id = await t.startImport(photos.url);
    while ((await t.get<ImportBody>(`/imports/${id}`)).processed_files < 10) await sleep(50);
    const free = await reads();
    const freeTimes = times.splice(0).sort((a, b) => a - b);

    const hog = postgres(t.env['DATABASE_URL'] ?? '', { max: 1, onnotice: () => {} });
    let held: number[] = [];
    try {
      await hog.begin(async (tx) => {
        await tx`lock table assets in access exclusive mode`;
        const until = performance.now() + HELD_MS;
        held = await reads();
        await sleep(Math.max(0, until - performance.now()));
      });
    } finally {
      await hog.end();
    }
    const heldTimes = times.splice(0).sort((a, b) => a - b);
    const after = await reads();
    const job = await t.waitImport(id);
    const audit = await t.audit();
    const share = (sorted: number[], at: number) => Math.round(sorted[Math.floor(sorted.length * at)] ?? 0);
    tell(
      {
        test: 'F11',
        injected: { pool: POOL, reads_at_once: READS, held_ms: HELD_MS, deadline_ms: DEADLINE_MS },
        figures: {
          p95_ms: share(freeTimes, 0.95),
          slowest_ms_when_held: share(heldTimes, 0.999),
          refused_when_held: held.filter((status) => status === 503).length,
          starved_afterwards: after.filter((status) => status !== 200).length,
          stored: job.stored_files,
        },
      },
      audit,
    );
    assert.deepEqual([...new Set(free)], [200]);
    assert.deepEqual([...new Set(held)], [503]);
    assert.deepEqual([...new Set(after)], [200]);
    assert.equal(job.stored_files, 80, JSON.stringify(job));
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});
