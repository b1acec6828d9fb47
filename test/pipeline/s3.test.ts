import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bucket, needsVersitygw, startBucket } from '../hosting/bucket.ts';
import { folderOf, picture, pictures } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

describe('Tributary with its objects in a bucket', function () {
  this.timeout(240_000);
  let bucket: Bucket;
  let t: Tributary;
  let folder: string;

  before(async function () {
    await needsVersitygw(this);
    bucket = await startBucket();
    t = await startTributary({ env: { ...bucket.env(), S3_PREFIX: 'tributary' } });
    const files = await pictures(26, 700);
    folder = await folderOf({
      ...files,
      'same.jpg': Object.values(files)[0]!,
      'bad.jpg': Buffer.from('not one'),
    });
  });
  after(async () => {
    await t?.close();
    await bucket?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  it('brings a folder in, and needs no disk that is shared', async () => {
    const job = await t.waitImport(await t.startImport(folder));
    assert.deepEqual(
      [job.stored_files, job.duplicate_files, job.rejected_files],
      [26, 1, 1],
      JSON.stringify(job),
    );
    assert.deepEqual(await readdir(path.join(t.config.dataDir, 'objects')).catch(() => []), []);
    const left = (await readdir(t.config.storage.scratchDir)).filter((name) => name.startsWith('object-'));
    assert.deepEqual(left, []);
    assert.deepEqual(await readdir(bucket.dir).then((names) => names.filter((n) => !n.startsWith('.'))), [
      'tributary',
    ]);
  });

  it('takes an upload and gives its renditions, whole and in ranges', async () => {
    const bytes = await picture(4_242, 1_600, 1_200);
    const response = await t.upload(bytes, 'Fuchs äöü.jpg');
    assert.equal(response.status, 200);
    const { asset_id: id } = (await response.json()) as { asset_id: number };
    while ((await t.get<{ status: string }>(`/retrieve/asset/${id}`)).status !== 'ready') await sleep(50);
    const zoom = await fetch(`${t.url}/retrieve/rendition/${id}/zoom`);
    const whole = Buffer.from(await zoom.arrayBuffer());
    assert.equal(`"${createHash('sha256').update(whole).digest('hex')}"`, zoom.headers.get('etag'));
    const part = await fetch(`${t.url}/retrieve/rendition/${id}/zoom`, {
      headers: { range: 'bytes=100-299' },
    });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('content-range'), `bytes 100-299/${whole.length}`);
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), whole.subarray(100, 300));
    const original = await fetch(`${t.url}/retrieve/original/${id}`, { redirect: 'manual' });
    assert.equal(original.status, 200, 'through the API unless redirects are asked for');
    assert.deepEqual(Buffer.from(await original.arrayBuffer()), bytes);
  });

  it('sends downloads to the bucket when told to', async () => {
    await t.kill('api', 'SIGTERM');
    await t.start('api', { S3_REDIRECT_DOWNLOADS: 'true' });
    const { images } = await t.get<{ images: { id: number; name: string; storage_url: string }[] }>(
      '/images?limit=1',
    );
    const { storage_url } = images[0]!;
    const answer = await fetch(`${t.url}${storage_url}`, { redirect: 'manual' });
    assert.equal(answer.status, 302);
    const to = new URL(answer.headers.get('location')!);
    assert.equal(to.origin, bucket.settings.endpoint);
    assert.equal(to.searchParams.get('X-Amz-Expires'), '300');
    const got = await fetch(to);
    assert.equal(got.status, 200);
    assert.match(got.headers.get('content-disposition') ?? '', /^attachment; .*filename\*=UTF-8''Fuchs%20/);
    assert.deepEqual(Buffer.from(await got.arrayBuffer()), await picture(4_242, 1_600, 1_200));
    assert.equal((await fetch(`${t.url}${storage_url}`, { method: 'HEAD', redirect: 'manual' })).status, 200);
  });

  it('answers 503 with a reason while the bucket is away, and nothing that a cache keeps', async () => {
    await t.kill('api', 'SIGTERM');
    await t.start('api', { S3_ENDPOINT: 'http://127.0.0.1:9', S3_REQUEST_TIMEOUT_MS: '300' });
    const { images } = await t.get<{ images: { storage_url: string }[] }>('/images?limit=1');
    const answer = await fetch(`${t.url}${images[0]!.storage_url}`);
    assert.equal(answer.status, 503);
    assert.equal(((await answer.json()) as { type: string }).type, 'tag:tributary,2026:store_unavailable');
    assert.equal(answer.headers.get('cache-control'), null);
    assert.equal((await t.upload(await picture(1), 'x.jpg')).status, 503);
    assert.equal((await fetch(`${t.url}/readyz`)).status, 503);
    await t.kill('api', 'SIGTERM');
    await t.start('api');
  });

  it('does not start with a key that the store refuses, and says why without it', async () => {
    const secret = 'a-secret-that-is-nowhere-to-be-seen';
    await t.kill('api', 'SIGTERM');
    await assert.rejects(t.start('api', { S3_SECRET_KEY: secret }), /S3_SECRET_KEY/);
    assert.ok(!t.output().includes(secret));
    assert.ok(!t.output().includes(bucket.settings.secretKey));
    await t.start('api');
  });

  it('is clean in the end', async () => {
    await t.upload(await picture(1), 'x.jpg');
    for (let tries = 0; tries < 100; tries += 1) {
      const report = await t.audit();
      if (report.open.items + report.open.assets + report.open.workflows > 0) continue;
      assert.ok(report.clean, JSON.stringify(report));
      assert.equal(report.objects, 28 * 4);
      return;
    }
    assert.fail('work does not end');
  });
});
