import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { signV4 } from 'minio/dist/esm/signing.mjs';
import type { SourceItem } from '../../../sources/source.ts';
import { assertFailure, readAll } from '../contract.ts';
import { needsVersitygw, type S3Service, startS3Service } from './service.ts';

const signal = () => new AbortController().signal;

describe('an S3 bucket on versitygw', () => {
  let service: S3Service;
  let counter = 0;
  const put = (key: string, bytes = key) =>
    service.client.putObject('photos', key, Buffer.from(bytes), Buffer.byteLength(bytes));
  /** Their client has no way to say so. */
  async function putWithHash(key: string, bytes: Buffer): Promise<string> {
    const { endpoint, accessKey, secretKey } = service.server;
    const now = new Date();
    const digest = createHash('sha256').update(bytes).digest();
    const headers = {
      host: new URL(endpoint).host,
      'x-amz-content-sha256': digest.toString('hex'),
      'x-amz-checksum-sha256': digest.toString('base64'),
      'x-amz-date': now.toISOString().replace(/[-:]|\.\d+/g, ''),
    };
    const request = { protocol: 'http:', method: 'PUT', path: `/photos/${key}`, headers };
    const authorization = signV4(
      request,
      accessKey,
      secretKey,
      'us-east-1',
      now,
      headers['x-amz-content-sha256'],
    );
    const { host: _, ...sent } = headers;
    const answer = await globalThis.fetch(endpoint + request.path, {
      method: 'PUT',
      body: new Uint8Array(bytes),
      headers: { ...sent, authorization },
    });
    assert.equal(answer.status, 200, await answer.text());
    return digest.toString('hex');
  }
  const fetch = (item: SourceItem, credentials?: unknown) =>
    service.open('', {}, credentials).fetch(item, {
      toPath: path.join(service.root, '..', '..', `f${counter++}`),
      maxBytes: 1e6,
      signal: signal(),
    });

  before(async function () {
    await needsVersitygw(this);
    service = await startS3Service();
  });
  after(() => service?.stop());

  it('lists what the common client lists, with the tags that the service gives', async () => {
    for (const key of ["tree/a b+c&%25'é😀.jpg", 'tree/x/y.jpg', 'tree/x/z/1.jpg', 'tree2/no.jpg'])
      await put(key);
    await put('tree/mark/', '');
    const theirs: { name: string; etag: string; size: number }[] = [];
    for await (const object of service.client.listObjectsV2('photos', 'tree/', true)) theirs.push(object);
    const { items } = await readAll(() => service.open('tree'));
    const keys = ["tree/a b+c&%25'é😀.jpg", 'tree/x/y.jpg', 'tree/x/z/1.jpg'];
    assert.deepEqual(
      items.map((item) => item.locator),
      keys,
    );
    // Of the first key their client makes another, which is not there.
    assert.deepEqual(
      items.slice(1).map((item) => [item.locator, item.version]),
      theirs
        .filter(({ name }) => !name.endsWith('/'))
        .map(({ name, etag, size }) => [name, `${etag}/${size}`])
        .slice(1),
    );
    assert.equal(items[0]?.version, `${theirs[0]?.etag}/${theirs[0]?.size}`);
    const top = await readAll(() => service.open('tree', { recursive: false }));
    assert.deepEqual(
      top.items.map((item) => item.externalId),
      ["a b+c&%25'é😀.jpg"],
    );
    for (const item of items) assert.equal((await fetch(item)).bytes, item.size);
  });

  it('goes through folders by pages where only the top is wanted', async () => {
    await fs.mkdir(path.join(service.root, 'wide'));
    await Promise.all(
      Array.from({ length: 1_200 }, async (_, i) => {
        await fs.mkdir(path.join(service.root, `wide/d${i}`));
        await fs.writeFile(path.join(service.root, `wide/d${i}/x.jpg`), 'x');
      }),
    );
    await fs.writeFile(path.join(service.root, 'wide/z.jpg'), 'x');
    const { items } = await readAll(() => service.open('wide', { recursive: false }));
    assert.deepEqual(
      items.map((item) => item.externalId),
      ['z.jpg'],
    );
  });

  it('notices bytes that are not those that were stored, when they were stored with a hash', async () => {
    const bytes = Buffer.from('the right bytes');
    const sha256 = await putWithHash('sums/a.jpg', bytes);
    const [item] = (await readAll(() => service.open('sums'))).items;
    assert.ok(item);
    const got = await fetch(item);
    assert.equal(got.sha256, sha256);
    // The disk forgets a bit; the tag and the hash are kept beside the file.
    await fs.writeFile(path.join(service.root, 'sums/a.jpg'), 'the wrong bytes');
    await assertFailure(fetch(item), 'hash_mismatch');
  });

  it('reads a public bucket without credentials, and says what of it may not be read', async () => {
    await put('public/open.jpg');
    await put('public/closed.jpg');
    const allow = (Action: string, Resource: string) => ({
      Effect: 'Allow',
      Principal: '*',
      Action,
      Resource,
    });
    await service.client.setBucketPolicy(
      'photos',
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          allow('s3:ListBucket', 'arn:aws:s3:::photos'),
          allow('s3:GetObject', 'arn:aws:s3:::photos/public/open*'),
        ],
      }),
    );
    const { items } = await readAll(() => service.open('public', {}, null));
    const [closed, open] = items;
    assert.ok(closed && open && items.length === 2);
    assert.equal((await fetch(open, null)).bytes, open.size);
    await assertFailure(fetch(closed, null), 'read_denied');
    await service.client.setBucketPolicy('photos', '');
    await assertFailure(service.open('public', {}, null).list(null, signal()), 'auth_failed');
  });

  it('tells wrong keys, wrong secrets and wrong buckets apart', async () => {
    const list = (credentials: object) =>
      service.open('', {}, { ...service.credentials, ...credentials }).list(null, signal());
    await assertFailure(list({ access_key: 'nobody' }), 'auth_failed');
    await assertFailure(list({ secret_key: 'wrong' }), 'auth_failed');
    const { proxy, root } = service;
    await fs.rename(root, `${root}-gone`);
    const failure = await assertFailure(list({}), 'source_not_found');
    assert.match(failure.message, new RegExp(`NoSuchBucket.*127\\.0\\.0\\.1:${proxy.port}`));
    await fs.rename(`${root}-gone`, root);
  });
});
