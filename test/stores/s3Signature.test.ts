import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { incomingKey, originalKey } from '../../stores/objects/keys.ts';
import { attachment } from '../../stores/objects/s3/direct.ts';
import { presign, signHeaders } from '../../stores/objects/s3/signature.ts';
import { createS3Store, type S3Store } from '../../stores/objects/s3.ts';
import { type Bucket, needsVersitygw, startBucket } from '../hosting/bucket.ts';

/** Amazon's own examples. https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
const KEY = {
  accessKey: 'AKIAIOSFODNN7EXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
};
const AT = new Date('2013-05-24T00:00:00Z');
const NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

describe('signatures', () => {
  it('of headers are those of the examples', () => {
    const url = new URL('https://examplebucket.s3.amazonaws.com/test.txt');
    const got = signHeaders(
      { method: 'GET', url, headers: { range: 'bytes=0-9' }, payload: NOTHING },
      KEY,
      AT,
    );
    assert.match(
      got['authorization']!,
      /Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41$/,
    );
    const put = signHeaders(
      {
        method: 'PUT',
        url: new URL('https://examplebucket.s3.amazonaws.com/test%24file.text'),
        headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
        payload: '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      },
      KEY,
      AT,
    );
    assert.match(
      put['authorization']!,
      /Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd$/,
    );
  });

  it('of addresses are those of the example', () => {
    const url = presign(
      {
        method: 'GET',
        url: new URL('https://examplebucket.s3.amazonaws.com/test.txt'),
        query: {},
        headers: {},
      },
      86_400,
      KEY,
      AT,
    );
    assert.match(url, /X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404$/);
  });
});

describe('addresses that are given away', () => {
  let bucket: Bucket;
  let scratch: string;
  let store: S3Store;
  const tenant = randomUUID();

  before(async function () {
    await needsVersitygw(this);
    bucket = await startBucket();
    scratch = await mkdtemp(path.join(tmpdir(), 'scratch-'));
    store = await createS3Store({ ...bucket.settings, prefix: 'photos/', scratchDir: scratch });
  });
  after(async () => {
    await bucket?.stop();
    if (scratch !== undefined) await rm(scratch, { recursive: true });
  });

  async function stored(bytes: Uint8Array): Promise<string> {
    const file = path.join(scratch, randomUUID());
    await writeFile(file, bytes);
    const key = originalKey(tenant, randomUUID());
    await store.putFile(key, file, 'image/jpeg');
    return key;
  }

  it('give the bytes under the name and type that were signed', async () => {
    const bytes = randomBytes(1_000);
    const key = await stored(bytes);
    const url = store.direct!.presignGet(key, {
      seconds: 60,
      contentType: 'image/jpeg',
      fileName: 'Füchse "1".jpg',
    });
    const answer = await fetch(url);
    assert.equal(answer.status, 200);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes);
    assert.equal(answer.headers.get('content-type'), 'image/jpeg');
    assert.equal(answer.headers.get('content-disposition'), attachment('Füchse "1".jpg'));
    assert.match(
      attachment('Füchse "1".jpg'),
      /^attachment; filename="F_chse _1_.jpg"; filename\*=UTF-8''F%C3%BCchse%20%221%22.jpg$/,
    );
    assert.doesNotMatch(attachment('a\r\nSet-Cookie: x'), /[\r\n]/);
  });

  it('are good for one method, one key, one type and a few minutes', async () => {
    const key = await stored(randomBytes(10));
    const url = store.direct!.presignGet(key, { seconds: 60, contentType: 'image/jpeg' });
    assert.equal((await fetch(url, { method: 'DELETE' })).status, 403);
    assert.equal((await fetch(url, { method: 'PUT', body: 'x' })).status, 403);
    const other = await stored(randomBytes(10));
    assert.equal((await fetch(url.replace(key, other))).status, 403);
    assert.equal((await fetch(url.replace('image%2Fjpeg', 'text%2Fhtml'))).status, 403);
    assert.throws(() => store.direct!.presignGet(key, { seconds: 60, contentType: 'text/html' }), TypeError);
    assert.throws(
      () => store.direct!.presignGet(key, { seconds: 301, contentType: 'image/jpeg' }),
      TypeError,
    );
    assert.throws(
      () => store.direct!.presignGet('../x', { seconds: 60, contentType: 'image/jpeg' }),
      TypeError,
    );
    const short = store.direct!.presignGet(key, { seconds: 1, contentType: 'image/jpeg' });
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    assert.equal((await fetch(short)).status, 403);
  });

  it('are signed for where clients reach the store', async () => {
    const away = await createS3Store({
      ...bucket.settings,
      publicEndpoint: 'https://photos.example.org',
      scratchDir: scratch,
    });
    const url = new URL(
      away.direct!.presignGet(originalKey(tenant, tenant), { seconds: 60, contentType: 'image/png' }),
    );
    assert.equal(url.origin, 'https://photos.example.org');
  });

  it('take exactly the bytes they were given away for', async () => {
    const key = incomingKey(tenant, randomUUID());
    const bytes = randomBytes(500);
    const how = { seconds: 60, contentType: 'image/png', bytes: bytes.length };
    const { url, method, headers } = store.direct!.presignPut(key, how);
    assert.equal((await fetch(url, { method, headers, body: randomBytes(501) })).status, 403);
    assert.equal(
      (await fetch(url, { method, headers: { 'content-type': 'text/html' }, body: bytes })).status,
      403,
    );
    assert.equal(await store.head(key), null);
    assert.equal((await fetch(url, { method, headers, body: bytes })).status, 200);
    assert.equal((await store.head(key))?.bytes, 500);
  });

  it('take only the content that was announced', async () => {
    const key = incomingKey(tenant, randomUUID());
    const bytes = randomBytes(500);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const { url, method, headers } = store.direct!.presignPut(key, {
      seconds: 60,
      contentType: 'image/png',
      bytes: 500,
      sha256,
    });
    assert.equal((await fetch(url, { method, headers, body: randomBytes(500) })).status, 400);
    assert.equal(await store.head(key), null);
    assert.equal((await fetch(url, { method, headers, body: bytes })).status, 200);
    assert.equal(await store.hash(key), sha256);
  });
});
