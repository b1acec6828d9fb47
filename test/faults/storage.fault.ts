import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bucket, needsVersitygw, startBucket } from '../hosting/bucket.ts';
import { FAULTS, type FaultyS3, startFaultyS3 } from '../hosting/faultyS3.ts';
import { folderOf, picture, pictures } from '../hosting/pictures.ts';
import { APART, type ImportBody, startTributary, type Tributary } from '../hosting/tributary.ts';
import { tell } from './report.ts';

const PICTURES = 60;
/** Silence after which the product makes a request again. */
const SILENCE_MS = 1_000;

/** The object store in trouble, below whole imports. Every one ends in a clean audit. */
describe('an object store in trouble', function () {
  this.timeout(280_000);
  let bucket: Bucket;
  let faulty: FaultyS3;
  let t: Tributary;
  let seed = 50_000;
  const folders: string[] = [];

  before(async function () {
    await needsVersitygw(this);
    bucket = await startBucket();
    faulty = await startFaultyS3(bucket.settings, 11);
    t = await startTributary({
      parts: APART,
      env: { ...bucket.env(faulty.endpoint), S3_REQUEST_TIMEOUT_MS: String(SILENCE_MS) },
    });
  });
  after(async () => {
    await t?.close();
    await faulty?.close();
    await bucket?.stop();
    for (const folder of folders) await rm(folder, { recursive: true });
  });

  async function begin(count = PICTURES): Promise<string> {
    seed += 1_000;
    const folder = await folderOf(await pictures(count, seed));
    folders.push(folder);
    return t.startImport(folder);
  }

  /** What a run with a fault did; the store is well again when its books are checked. */
  async function ends(what: string, job: ImportBody, stored = PICTURES): Promise<void> {
    const injected = Object.fromEntries(FAULTS.map((fault) => [fault, faulty.done[fault]]));
    faulty.shares = {};
    const report = await t.audit();
    const left = await leftovers();
    tell(
      {
        test: what,
        seed: 11,
        injected,
        figures: {
          asked: faulty.asked,
          stored: job.stored_files,
          failed: job.failed_files,
          left,
          objects: report.objects,
        },
      },
      report,
    );
    assert.equal(job.stored_files, stored, JSON.stringify(job));
    assert.deepEqual(left, []);
    assert.ok(report.clean, JSON.stringify(report));
    for (const fault of FAULTS) faulty.done[fault] = 0;
    faulty.asked = {};
  }

  /** Files that a failed transfer may have left. */
  async function leftovers(): Promise<string[]> {
    const names = await readdir(t.config.storage.scratchDir).catch(() => []);
    return names.filter((name) => /^(object|upload|probe)-/.test(name));
  }

  it('F14: 10 % 503, 5 % 500, 5 % done and answered with 500', async () => {
    faulty.shares = { slowDown: 0.1, error: 0.05, doneThenError: 0.05 };
    const job = await t.waitImport(await begin());
    assert.ok(faulty.done.slowDown > 0 && faulty.done.error > 0 && faulty.done.doneThenError > 0);
    await ends('F14', job);
  });

  it('F15: every twentieth request is never answered', async () => {
    faulty.shares = { hang: 0.05 };
    const job = await t.waitImport(await begin());
    assert.ok(faulty.done.hang > 0);
    await ends('F15', job);
  });

  it('F15: a store that answers nothing at all for a while', async () => {
    faulty.shares = { hang: 1 };
    const id = await begin();
    await sleep(3 * SILENCE_MS);
    const during = await fetch(`${t.url}/readyz`);
    assert.equal(during.status, 503);
    faulty.shares = {};
    await ends('F15 away', await t.waitImport(id));
  });

  it('F16: a part of the bytes is kept, or given', async () => {
    faulty.shares = { keepPart: 0.1, cutRead: 0.1, shortRead: 0.1 };
    const job = await t.waitImport(await begin());
    assert.ok(faulty.done.keepPart > 0 && faulty.done.cutRead + faulty.done.shortRead > 0);
    await ends('F16', job);
  });

  it('F17: a store without room fails items by name, and takes them when there is room', async () => {
    faulty.shares = { full: 1 };
    const id = await begin(6);
    const job = await t.waitImport(id);
    assert.equal(job.failed_files, 6);
    const { items } = await t.get<{ items: { reason: string; advice: string }[] }>(`/imports/${id}/items`);
    assert.deepEqual([...new Set(items.map((item) => item.reason))], ['storage_full']);
    assert.match(items[0]?.advice ?? '', /space/);
    const refused = await picture(77);
    assert.equal((await t.upload(refused, 'x.jpg')).status, 503);
    faulty.shares = {};
    // The same bytes again take over what the refused upload had begun.
    assert.equal((await t.upload(refused, 'x.jpg')).status, 200);
    await t.post(`/imports/${id}/retry-failed`);
    let again = await t.waitImport(id);
    while (again.stored_files < 6) {
      await sleep(100);
      again = await t.waitImport(id);
    }
    await ends('F17', again, 6);
  });
});

function mountSmall(at: string, size: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', at], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('disks without room', function () {
  this.timeout(280_000);
  let base: string;
  const mounted: string[] = [];

  before(async () => {
    base = await mkdtemp(path.join(tmpdir(), 'full-'));
  });
  after(async () => {
    for (const at of mounted) execFileSync('umount', [at]);
    await rm(base, { recursive: true });
  });

  async function small(suite: Mocha.Context, size: string): Promise<string> {
    const at = await mkdtemp(path.join(base, 'disk-'));
    if (!mountSmall(at, size)) suite.skip();
    mounted.push(at);
    return at;
  }

  /** Big enough that a few of them fill the disk. */
  const heavy = async (count: number, from: number): Promise<Record<string, Buffer>> =>
    Object.fromEntries(
      Object.entries(await pictures(count, from)).map(([name, bytes]) => [
        name,
        // A decoder stops at the end of the picture.
        Buffer.concat([bytes, Buffer.alloc(700_000, from % 251)]),
      ]),
    );

  async function endsWell(t: Tributary, id: string, stored: number): Promise<void> {
    let job = await t.waitImport(id);
    for (let tries = 0; job.stored_files < stored && tries < 600; tries += 1) {
      await sleep(100);
      job = await t.waitImport(id);
    }
    const report = await t.audit();
    assert.equal(job.stored_files, stored, JSON.stringify(job));
    assert.ok(report.clean, JSON.stringify(report));
  }

  it('F17: a real store whose disk is full', async function () {
    await needsVersitygw(this);
    const disk = await small(this, '4m');
    const bucket = await startBucket(disk);
    const t = await startTributary({ parts: APART, env: bucket.env() });
    const folder = await folderOf(await heavy(10, 900));
    try {
      const id = await t.startImport(folder);
      const job = await t.waitImport(id);
      assert.ok(job.failed_files > 0 && job.stored_files > 0, JSON.stringify(job));
      const { items } = await t.get<{ items: { state: string; reason: string }[] }>(
        `/imports/${id}/items?limit=50`,
      );
      const reasons = new Set(items.filter((item) => item.state === 'failed').map((item) => item.reason));
      assert.deepEqual([...reasons], ['storage_full']);
      execFileSync('mount', ['-o', 'remount,size=64m', disk]);
      await t.post(`/imports/${id}/retry-failed`);
      await endsWell(t, id, 10);
    } finally {
      await t.close();
      await bucket.stop();
      await rm(folder, { recursive: true });
    }
  });

  it('F18: a scratch disk that is full', async function () {
    await needsVersitygw(this);
    const bucket = await startBucket();
    const disk = await small(this, '2m');
    const t = await startTributary({ parts: APART, env: { ...bucket.env(), TRIBUTARY_DATA: disk } });
    const folder = await folderOf(await heavy(12, 1_900));
    const pid = t.pid('io');
    try {
      const id = await t.startImport(folder);
      const job = await t.waitImport(id);
      const { items } = await t.get<{ items: { state: string; reason: string }[] }>(
        `/imports/${id}/items?limit=50`,
      );
      const reasons = new Set(items.filter((item) => item.state === 'failed').map((item) => item.reason));
      assert.ok(
        [...reasons].every((reason) => reason === 'storage_full'),
        [...reasons].join(),
      );
      assert.ok(job.stored_files + job.failed_files === 12, JSON.stringify(job));
      process.kill(pid, 0);
      const left = (await readdir(t.config.storage.scratchDir)).filter(
        (name) => !name.startsWith('partial-'),
      );
      assert.deepEqual(left, []);
      execFileSync('mount', ['-o', 'remount,size=64m', disk]);
      if (job.failed_files > 0) await t.post(`/imports/${id}/retry-failed`);
      await endsWell(t, id, 12);
      assert.equal((await t.upload(await picture(5), 'x.jpg')).status, 200);
    } finally {
      await t.close().catch(() => {});
      await bucket.stop();
      await rm(folder, { recursive: true });
    }
  });
});
