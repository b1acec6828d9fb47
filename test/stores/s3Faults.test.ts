import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Failure, type FailureType } from '../../domain/failures.ts';
import { originalKey } from '../../stores/objects/keys.ts';
import { openObjectStore } from '../../stores/objects/open.ts';
import type { S3Settings } from '../../stores/objects/s3/settings.ts';
import { createS3Store, type S3Store } from '../../stores/objects/s3.ts';
import { type Bucket, needsVersitygw, startBucket } from '../hosting/bucket.ts';
import { type FaultyS3, startFaultyS3 } from '../hosting/faultyS3.ts';

const TENANT = randomUUID();
const key = (): string => originalKey(TENANT, randomUUID());
const typed =
  (type: FailureType) =>
  (error: unknown): boolean =>
    error instanceof Failure && error.type === type;

describe('the S3 store before a store in trouble', function () {
  this.timeout(240_000);
  let bucket: Bucket;
  let faulty: FaultyS3;
  let scratch: string;
  /** Gives up soon. */
  let store: S3Store;
  /** Waits as long as one in service does. */
  let patient: S3Store;
  /** Straight to the server. */
  let plain: S3Store;

  before(async function () {
    await needsVersitygw(this);
    bucket = await startBucket();
    faulty = await startFaultyS3(bucket.settings, 7);
    scratch = await mkdtemp(path.join(tmpdir(), 'scratch-'));
    const settings = { ...bucket.settings, endpoint: faulty.endpoint, requestTimeoutMs: 400 };
    store = await createS3Store({ ...settings, scratchDir: scratch });
    patient = await createS3Store({ ...bucket.settings, endpoint: faulty.endpoint, scratchDir: scratch });
    plain = await createS3Store({ ...bucket.settings, scratchDir: scratch });
  });
  after(async () => {
    await faulty?.close();
    await bucket?.stop();
    if (scratch !== undefined) await rm(scratch, { recursive: true });
  });
  beforeEach(() => {
    faulty.shares = {};
    faulty.only = () => true;
  });

  async function file(bytes: Uint8Array): Promise<string> {
    const at = path.join(scratch, randomUUID());
    await writeFile(at, bytes);
    return at;
  }

  /** Befalls the next so many requests of a method, and no other. */
  function next(fault: keyof FaultyS3['shares'], times: number, method: string): void {
    faulty.shares = { [fault]: 1 };
    let left = times;
    faulty.only = (request) => request.method === method && left-- > 0;
  }

  it('stores and reads through every kind of passing trouble, and whole', async () => {
    faulty.shares = {
      slowDown: 0.1,
      error: 0.05,
      doneThenError: 0.05,
      keepPart: 0.05,
      cutRead: 0.1,
      shortRead: 0.05,
    };
    const kept = await Promise.all(
      Array.from({ length: 60 }, async (_, at) => {
        const bytes = randomBytes(20_000 + at);
        const where = key();
        const put = await patient.putFile(where, await file(bytes), 'image/jpeg');
        assert.equal(put.bytes, bytes.length);
        const local = await patient.localFile(where);
        await local.release();
        return { where, bytes };
      }),
    );
    for (const fault of ['slowDown', 'error', 'doneThenError', 'keepPart', 'cutRead', 'shortRead'] as const)
      assert.ok(faulty.done[fault] > 0, `${fault} never happened`);
    faulty.shares = {};
    for (const { where, bytes } of kept) {
      assert.equal(await plain.hash(where), createHash('sha256').update(bytes).digest('hex'));
    }
  });

  it('catches every object of which a part was kept', async () => {
    for (const times of [1, 2, 3]) {
      next('keepPart', times, 'PUT');
      const before = faulty.done.keepPart;
      const bytes = randomBytes(5_000);
      const where = key();
      assert.equal((await store.putFile(where, await file(bytes), 'image/jpeg')).bytes, 5_000);
      assert.equal(faulty.done.keepPart - before, times);
      assert.deepEqual(await buffer(await plain.read(where)), bytes);
    }
  });

  it('fails, and keeps the file, when only a part is ever kept', async () => {
    next('keepPart', Number.POSITIVE_INFINITY, 'PUT');
    const from = await file(randomBytes(5_000));
    await assert.rejects(store.putFile(key(), from, 'image/jpeg'), typed('store_unavailable'));
    await access(from);
  });

  it('gives up on a store that never answers', async () => {
    faulty.shares = { hang: 1 };
    const begun = Date.now();
    await assert.rejects(
      store.putFile(key(), await file(randomBytes(500)), 'image/jpeg'),
      typed('store_unavailable'),
    );
    await assert.rejects(store.head(key()), typed('store_unavailable'));
    await assert.rejects(store.read(key()), typed('store_unavailable'));
    const took = Date.now() - begun;
    assert.ok(took < 12_000, `took ${took} ms`);
  });

  it('tries again when one answer of many never comes', async () => {
    next('hang', 2, 'PUT');
    const where = key();
    await store.putFile(where, await file(randomBytes(500)), 'image/jpeg');
    assert.equal((await plain.head(where))?.bytes, 500);
  });

  it('goes on reading where a connection broke', async () => {
    const bytes = randomBytes(3_000_000);
    const where = key();
    await plain.putFile(where, await file(bytes), 'image/jpeg');
    next('cutRead', 3, 'GET');
    assert.ok((await buffer(await store.read(where))).equals(bytes));
    next('cutRead', 1, 'GET');
    const range = { start: 1_000_000, end: 2_999_999 };
    assert.ok((await buffer(await store.read(where, range))).equals(bytes.subarray(1_000_000)));
  });

  it('never hands out a short object as a whole one', async () => {
    const where = key();
    await plain.putFile(where, await file(randomBytes(100_000)), 'image/jpeg');
    next('shortRead', 1, 'GET');
    await assert.rejects(store.read(where).then(buffer), typed('store_unavailable'));
    next('shortRead', 2, 'GET');
    const local = await store.localFile(where);
    await local.release();
    next('shortRead', Number.POSITIVE_INFINITY, 'GET');
    await assert.rejects(store.localFile(where), typed('store_unavailable'));
    const left = await readdir(scratch);
    assert.deepEqual(
      left.filter((name) => name.startsWith('object-')),
      [],
    );
  });

  it('says that there is no room, at once', async () => {
    next('full', Number.POSITIVE_INFINITY, 'PUT');
    const before = faulty.asked['PUT'] ?? 0;
    const from = await file(randomBytes(500));
    await assert.rejects(store.putFile(key(), from, 'image/jpeg'), typed('storage_full'));
    assert.equal((faulty.asked['PUT'] ?? 0) - before, 1);
    await access(from);
  });

  it('sends a part again, and believes the object when the last answer was wrong', async () => {
    const bytes = randomBytes(66 * 2 ** 20);
    const where = key();
    next('error', 2, 'PUT');
    await store.putFile(where, await file(bytes), 'image/jpeg');
    assert.equal((await plain.head(where))?.bytes, bytes.length);
    // Begin, finish: the second POST is carried out and answered with an error.
    let posts = 0;
    faulty.shares = { doneThenError: 1 };
    faulty.only = (request) => request.method === 'POST' && ++posts === 2;
    await store.putFile(where, await file(bytes), 'image/jpeg');
    assert.equal(await plain.hash(where), createHash('sha256').update(bytes).digest('hex'));
    for await (const left of plain.unfinished!.list()) assert.fail(left.key);
  });

  it('aborts an upload in parts that failed', async () => {
    faulty.shares = { full: 1 };
    let puts = 0;
    faulty.only = (request) => request.method === 'PUT' && ++puts > 2;
    const from = await file(randomBytes(66 * 2 ** 20));
    await assert.rejects(store.putFile(key(), from, 'image/jpeg'), typed('storage_full'));
    for await (const left of plain.unfinished!.list()) assert.fail(left.key);
    await access(from);
  });

  describe('at the start', () => {
    const scratchDir = path.join(tmpdir(), `scratch-${randomUUID()}`);
    after(() => rm(scratchDir, { recursive: true, force: true }));
    const open = (changes: Partial<S3Settings>, warn?: (failure: Failure) => void) =>
      openObjectStore(
        { objectsDir: '', scratchDir, s3: { ...bucket.settings, requestTimeoutMs: 400, ...changes } },
        warn,
      );

    for (const [what, changes, word] of [
      ['a bucket that is not there', { bucket: 'nobodys' }, /S3_BUCKET/],
      ['an access key that nobody has', { accessKey: 'AKNOBODY' }, /S3_ACCESS_KEY/],
      ['a wrong secret', { secretKey: 'wrong'.repeat(8) }, /S3_SECRET_KEY/],
      ['a wrong region', { region: 'eu-north-1' }, /S3_REGION/],
    ] as const) {
      it(`tells of ${what}`, async () => {
        await assert.rejects(open(changes), (error) => {
          assert.ok(error instanceof Failure, String(error));
          assert.equal(error.type, 'store_misconfigured', error.message);
          assert.match(error.message, word);
          assert.ok(!JSON.stringify([error.message, error.stack, error.cause]).includes('wrongwrong'));
          return true;
        });
      });
    }

    it('goes on when the store is only away', async () => {
      const warned: Failure[] = [];
      const away = await open({ endpoint: 'http://127.0.0.1:9' }, (failure) => warned.push(failure));
      assert.equal(warned[0]?.type, 'store_unavailable');
      await assert.rejects(away.check(), typed('store_unavailable'));
    });

    it('leaves nothing of the try behind', async () => {
      const opened = await open({ prefix: `try-${randomUUID()}/` });
      for await (const object of opened.list('')) assert.fail(object.key);
    });
  });
});
