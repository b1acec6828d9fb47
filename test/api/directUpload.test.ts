import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { incomingKey, originalKey } from '../../stores/objects/keys.ts';
import { createWire } from '../../stores/objects/s3/wire.ts';
import { sweep } from '../../stores/sweep.ts';
import { type Bucket, needsVersitygw, startBucket } from '../hosting/bucket.ts';
import { picture } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

interface Begun {
  upload_id: string;
  url: string;
  method: string;
  headers: Record<string, string>;
  expires_at: string;
  complete_url: string;
}
interface Done {
  asset_id: number;
  status: string;
  content_hash: string;
  job_id: number;
  duplicate: boolean;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('uploads past the API', function () {
  this.timeout(240_000);
  let bucket: Bucket;
  let t: Tributary;

  before(async function () {
    await needsVersitygw(this);
    bucket = await startBucket();
    t = await startTributary({ env: { ...bucket.env(), MAX_FILE_BYTES: '2000000' } });
  });
  after(async () => {
    await t?.close();
    await bucket?.stop();
  });

  const begin = (bytes: Uint8Array, more: object = {}) =>
    t.post<Begun>('/uploads/direct', {
      file_name: 'gross äö.jpg',
      size: bytes.length,
      content_type: 'image/jpeg',
      ...more,
    });
  const put = ({ url, method, headers }: Begun, bytes: Uint8Array) =>
    fetch(url, { method, headers, body: bytes as Uint8Array<ArrayBuffer> });
  const complete = ({ complete_url }: Begun) => fetch(`${t.url}${complete_url}`, { method: 'POST' });
  const incoming = () => readdir(path.join(bucket.dir, 'incoming'), { recursive: true }).catch(() => []);

  it('bring a picture in with the answers of every upload', async () => {
    const bytes = await picture(11);
    const begun = await begin(bytes, { sha256: sha256(bytes), tenant_name: 'direct' });
    assert.ok(new Date(begun.expires_at).getTime() > Date.now());
    const early = await complete(begun);
    assert.equal(early.status, 409);
    assert.match(((await early.json()) as { detail: string }).detail, /PUT the file/);
    assert.equal((await put(begun, bytes)).status, 200);
    const both = await Promise.all([complete(begun), complete(begun)]);
    const [first, second] = (await Promise.all(both.map((answer) => answer.json()))) as [Done, Done];
    assert.deepEqual(
      both.map((answer) => answer.status),
      [200, 200],
      JSON.stringify([first, second]),
    );
    assert.equal(first.asset_id, second.asset_id);
    const again = (await (await complete(begun)).json()) as Done;
    assert.deepEqual(
      [again.asset_id, again.content_hash, again.status],
      [first.asset_id, sha256(bytes), 'uploaded'],
    );
    const usual = (await (await t.upload(bytes, 'x.jpg', 'direct')).json()) as Done;
    assert.deepEqual([usual.asset_id, usual.duplicate], [first.asset_id, true]);
    for (;;) {
      const asset = await t.get<{ status: string; name: string; tenant_name: string }>(
        `/retrieve/asset/${first.asset_id}`,
      );
      if (asset.status === 'processing') {
        await sleep(50);
        continue;
      }
      assert.deepEqual([asset.status, asset.name, asset.tenant_name], ['ready', 'gross äö.jpg', 'direct']);
      break;
    }
    assert.deepEqual(
      (await incoming()).filter((name) => name.includes(begun.upload_id)),
      [],
    );
  });

  it('refuse other bytes than were announced, and let the right ones come', async () => {
    const bytes = await picture(12);
    const begun = await begin(bytes);
    assert.equal((await put(begun, Buffer.concat([bytes, bytes]))).status, 403);
    assert.equal((await put(begun, bytes)).status, 200);
    assert.equal((await complete(begun)).status, 200);
    const hashed = await begin(bytes, { sha256: sha256(bytes) });
    assert.equal((await put(hashed, randomBytes(bytes.length))).status, 400);
    assert.equal((await complete(hashed)).status, 409);
  });

  it('refuse what is no picture, and keep nothing of it', async () => {
    const bytes = randomBytes(3_000);
    const begun = await begin(bytes);
    assert.equal((await put(begun, bytes)).status, 200);
    assert.equal((await complete(begun)).status, 415);
    assert.deepEqual(
      (await incoming()).filter((name) => name.includes(begun.upload_id)),
      [],
    );
  });

  it('refuse what they were never let in for', async () => {
    const ask = async (body: object) => {
      const answer = await fetch(`${t.url}/uploads/direct`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ file_name: 'x', size: 10, content_type: 'image/png', ...body }),
      });
      return answer.status;
    };
    assert.equal(await ask({}), 201);
    assert.equal(await ask({ size: 2_000_001 }), 413);
    assert.equal(await ask({ size: 0 }), 422);
    assert.equal(await ask({ content_type: 'text/html' }), 422);
    assert.equal(await ask({ sha256: 'xyz' }), 422);
    const unknown = await fetch(`${t.url}/uploads/direct/${randomUUID()}/complete`, { method: 'POST' });
    assert.equal(unknown.status, 404);
  });

  it('are swept, with their bytes, when nobody comes back', async () => {
    const bytes = await picture(13);
    const [left, fresh] = [await begin(bytes), await begin(bytes)];
    for (const one of [left, fresh]) assert.equal((await put(one, bytes)).status, 200);
    await t.db.run(
      (sql) =>
        sql`update upload_intents set expires_at = now() - interval '7 hours' where id = ${left.upload_id}`,
    );
    const limits = { bytes: 1e9, days: 30 };
    const swept = await sweep(t.db, t.objects, t.config.storage.scratchDir, limits);
    assert.equal(swept.uploads, 1);
    assert.equal((await complete(left)).status, 404);
    const { id: tenant } = (
      await t.db.run((sql) => sql<{ id: string }[]>`select id from tenants where name = 'default'`)
    )[0]!;
    assert.equal(await t.objects.head(incomingKey(tenant, left.upload_id)), null);
    assert.equal((await complete(fresh)).status, 200);
  });

  it('in parts that nobody finished are found by the audit, and aborted by the sweep', async () => {
    const wire = createWire(bucket.settings);
    const key = originalKey(randomUUID(), randomUUID());
    await wire.ask({ method: 'POST', key, query: { uploads: '' }, right: [200] });
    const begun: string[] = [];
    for await (const upload of t.objects.unfinished!.list()) begun.push(upload.key);
    assert.deepEqual(begun, [key]);
    const limits = { bytes: 1e9, days: 30 };
    assert.equal((await sweep(t.db, t.objects, t.config.storage.scratchDir, limits)).parts, 0);
    await age(path.join(bucket.dir, '.sgwtmp'));
    const report = await t.audit();
    assert.deepEqual(report.findings.find(({ id }) => id === 'U1')?.examples, [key]);
    assert.equal((await sweep(t.db, t.objects, t.config.storage.scratchDir, limits)).parts, 1);
    for await (const upload of t.objects.unfinished!.list()) assert.fail(upload.key);
    assert.equal((await t.audit()).findings.find(({ id }) => id === 'U1')?.count, 0);
  });

  /** Makes everything below a directory two days old. */
  async function age(dir: string): Promise<void> {
    const past = new Date(Date.now() - 48 * 3_600_000);
    const names = await readdir(dir, { recursive: true });
    for (const name of names.toReversed()) await utimes(path.join(dir, name), past, past);
  }

  it('leave a clean library', async () => {
    for (let tries = 0; tries < 100; tries += 1) {
      const report = await t.audit();
      if (report.open.items + report.open.assets + report.open.workflows > 0) continue;
      assert.ok(report.clean, JSON.stringify(report));
      return;
    }
    assert.fail('work does not end');
  });
});

describe('uploads past the API, with the objects on a disk', () => {
  it('are told which other way to take', async function () {
    this.timeout(240_000);
    const t = await startTributary({ parts: ['api'] });
    try {
      for (const at of ['/uploads/direct', `/uploads/direct/${randomUUID()}/complete`]) {
        const answer = await fetch(`${t.url}${at}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ file_name: 'x', size: 10, content_type: 'image/png' }),
        });
        assert.equal(answer.status, 501);
        assert.match(((await answer.json()) as { detail: string }).detail, /POST \/upload\//);
      }
    } finally {
      await t.close();
    }
  });
});
