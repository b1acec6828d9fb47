import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as tus from 'tus-js-client';
import { picture } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

interface Uploaded {
  asset_id: number;
  status: string;
  content_hash: string;
  job_id: number;
  duplicate: boolean;
}

const MAX = 8 * 2 ** 20;
const TUS = { 'Tus-Resumable': '1.0.0' };
const b64 = (text: string) => Buffer.from(text).toString('base64');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A picture of the given size: decoders stop where it ends, whatever comes behind. */
async function padded(seed: number, bytes: number): Promise<Buffer> {
  const head = await picture(seed);
  return Buffer.concat([head, randomBytes(bytes - head.length)]);
}

describe('resumable uploads', function () {
  this.timeout(240_000);
  let t: Tributary;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ env: { MAX_FILE_BYTES: String(MAX), MAX_ARCHIVE_BYTES: String(2 * MAX) } });
  });
  after(() => t.close());

  const uploadsDir = () => path.join(t.config.dataDir, 'uploads');
  const filesLeft = async () => (await readdir(uploadsDir()).catch(() => [])).length;

  async function until(what: string, good: () => Promise<boolean>): Promise<void> {
    for (let i = 0; i < 400; i += 1) {
      if (await good()) return;
      await sleep(25);
    }
    assert.fail(`never: ${what}`);
  }

  function create(headers: Record<string, string>, body?: Uint8Array): Promise<Response> {
    return fetch(`${t.url}/uploads/tus`, {
      method: 'POST',
      headers: { ...TUS, ...headers },
      ...(body && { body: body as Uint8Array<ArrayBuffer> }),
    });
  }

  async function begin(bytes: number, name = 'a.jpg', more: Record<string, string> = {}): Promise<string> {
    const answer = await create({
      'Upload-Length': String(bytes),
      'Upload-Metadata': `filename ${b64(name)}`,
      ...more,
    });
    assert.equal(answer.status, 201, await answer.text());
    return answer.headers.get('location')!;
  }

  const patch = (at: string, offset: number, body: Uint8Array, headers: Record<string, string> = {}) =>
    fetch(`${t.url}${at}`, {
      method: 'PATCH',
      headers: {
        ...TUS,
        'Content-Type': 'application/offset+octet-stream',
        'Upload-Offset': String(offset),
        ...headers,
      },
      body: body as Uint8Array<ArrayBuffer>,
    });

  async function offsetOf(at: string): Promise<number> {
    const answer = await fetch(`${t.url}${at}`, { method: 'HEAD', headers: TUS });
    assert.equal(answer.status, 200);
    return Number(answer.headers.get('upload-offset'));
  }

  /** A PATCH over a bare socket, of which only a part is ever sent. */
  async function halfPatch(at: string, offset: number, body: Buffer, send: number): Promise<net.Socket> {
    const socket = net.connect(Number(new URL(t.url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.on('data', () => {});
    socket.write(
      `PATCH ${at} HTTP/1.1\r\nHost: localhost\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: ${offset}\r\n` +
        `Content-Type: application/offset+octet-stream\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    await new Promise<void>((resolve) => socket.write(body.subarray(0, send), () => resolve()));
    return socket;
  }

  async function ready(id: number): Promise<{ status: string; name: string; tenant_name: string }> {
    for (;;) {
      const asset = await t.get<{ status: string; name: string; tenant_name: string }>(
        `/retrieve/asset/${id}`,
      );
      if (asset.status !== 'processing') return asset;
      await sleep(20);
    }
  }

  /** Sends a file with the client that browsers use. */
  function send(
    bytes: Buffer,
    options: Partial<tus.UploadOptions> = {},
  ): Promise<{ result: Uploaded; url: string }> {
    return new Promise((resolve, reject) => {
      const upload = new tus.Upload(bytes, {
        endpoint: `${t.url}/api/v1/uploads/tus`,
        retryDelays: [100, 200, 400, 800, 1_600, 3_200],
        chunkSize: 256 * 1024,
        metadata: { filename: 'ü "quoted".jpg', tenant_name: 'shop' },
        onError: reject,
        onSuccess: ({ lastResponse }) =>
          resolve({ result: JSON.parse(lastResponse.getBody()), url: upload.url! }),
        ...options,
      });
      upload.start();
    });
  }

  it('takes a file in pieces and answers as POST /upload/ does', async () => {
    const bytes = await padded(1, 1_500_000);
    const { result, url } = await send(bytes);
    assert.equal(result.status, 'uploaded');
    assert.equal(result.content_hash, sha256(bytes));
    assert.equal(result.duplicate, false);
    assert.match(url, /\/api\/v1\/uploads\/tus\/[0-9a-f-]{36}$/);
    const asset = await ready(result.asset_id);
    assert.deepEqual([asset.status, asset.name, asset.tenant_name], ['ready', 'ü "quoted".jpg', 'shop']);
    const again = await send(bytes);
    assert.deepEqual([again.result.asset_id, again.result.duplicate], [result.asset_id, true]);
    assert.deepEqual(await (await fetch(`${url}/result`)).json(), result);
    await until('the pieces are gone', async () => (await filesLeft()) === 0);
  });

  it('says what it knows of the protocol', async () => {
    const answer = await fetch(`${t.url}/uploads/tus`, { method: 'OPTIONS' });
    assert.equal(answer.status, 204);
    assert.equal(answer.headers.get('tus-version'), '1.0.0');
    assert.equal(answer.headers.get('tus-checksum-algorithm'), 'sha1,sha256');
    assert.match(answer.headers.get('tus-extension') ?? '', /creation.*termination.*expiration.*checksum/);
    assert.equal(answer.headers.get('tus-max-size'), String(2 * MAX));
    assert.equal(answer.headers.get('access-control-allow-origin'), null);
  });

  it('gives the result once more when the answer to the last piece was lost', async () => {
    const bytes = await padded(2, 300_000);
    const at = await begin(bytes.length);
    const socket = await halfPatch(at, 0, bytes, bytes.length);
    await until('all bytes are there', async () => {
      const [row] = await t.db.run(
        (sql) => sql`select finished_at from resumable_uploads where id = ${at.split('/').at(-1)!}`,
      );
      return row?.['finished_at'] !== null;
    });
    socket.destroy();
    const head = await fetch(`${t.url}${at}`, { method: 'HEAD', headers: TUS });
    assert.equal(head.headers.get('upload-offset'), String(bytes.length));
    const told = JSON.parse(head.headers.get('upload-result')!) as Uploaded;
    assert.equal(told.content_hash, sha256(bytes));
    assert.deepEqual(await t.get(`${at}/result`), told);
    await ready(told.asset_id);
  });

  it('frees the upload of a client that fell silent, and keeps what it sent', async () => {
    const bytes = await padded(3, 400_000);
    const at = await begin(bytes.length);
    const socket = await halfPatch(at, 0, bytes, 150_000);
    await sleep(200);
    const before = Date.now();
    // The silent request has the lock; this one takes it over.
    assert.equal(await offsetOf(at), 150_000);
    assert.ok(Date.now() - before < 5_000, `${Date.now() - before} ms`);
    const answer = await patch(at, 150_000, bytes.subarray(150_000));
    assert.equal(answer.status, 200);
    assert.equal(((await answer.json()) as Uploaded).content_hash, sha256(bytes));
    socket.destroy();
  });

  for (const [how, end] of [
    ['is closed', (socket: net.Socket) => socket.end()],
    ['is reset', (socket: net.Socket) => socket.resetAndDestroy()],
  ] as const) {
    it(`goes on where it was when the connection ${how} in the middle`, async () => {
      const bytes = await padded(how.length, 400_000);
      const at = await begin(bytes.length);
      const socket = await halfPatch(at, 0, bytes, 123_456);
      await sleep(200);
      end(socket);
      const offset = await offsetOf(at);
      assert.ok(offset > 0 && offset <= 123_456, `${offset}`);
      const answer = await patch(at, offset, bytes.subarray(offset));
      assert.equal(answer.status, 200);
      assert.equal(((await answer.json()) as Uploaded).content_hash, sha256(bytes));
    });
  }

  it('lets the newest of many requests have the upload', async () => {
    const bytes = await padded(4, 200_000);
    const at = await begin(bytes.length);
    const sockets = await Promise.all([1, 2, 3].map(() => halfPatch(at, 0, bytes, 50_000)));
    await sleep(100);
    const offset = await offsetOf(at);
    const answer = await patch(at, offset, bytes.subarray(offset));
    assert.equal(answer.status, 200);
    assert.equal(((await answer.json()) as Uploaded).content_hash, sha256(bytes));
    for (const socket of sockets) socket.destroy();
  });

  it('refuses more than was announced', async () => {
    const bytes = await padded(5, 100_000);
    const at = await begin(bytes.length);
    const answer = await patch(at, 0, Buffer.concat([bytes, Buffer.alloc(50_000)]));
    assert.equal(answer.status, 413);
    assert.equal(((await answer.json()) as { type: string }).type, 'tag:tributary,2026:too_large');
    assert.ok((await offsetOf(at)) <= bytes.length);
  });

  it('refuses too large a file before its first byte, and an archive later', async () => {
    const large = await create({ 'Upload-Length': String(MAX + 1) });
    assert.equal(large.status, 413);
    const zip = await create({
      'Upload-Length': String(MAX + 1),
      'Upload-Metadata': `filename ${b64('a.zip')}`,
    });
    assert.equal(zip.status, 201);
    const larger = await create({ 'Upload-Length': String(2 * MAX + 1), 'Upload-Metadata': 'archive' });
    assert.equal(larger.status, 413);
  });

  it('refuses what is no picture at its first bytes, however small the pieces', async () => {
    const at = await begin(100_000, 'x.jpg');
    const head = Buffer.from(`%PDF-1.7\n${'x'.repeat(20_000)}`);
    for (let offset = 0; ; offset += 1_000) {
      const answer = await patch(at, offset, head.subarray(offset, offset + 1_000));
      if (answer.status === 204) continue;
      assert.equal(answer.status, 415);
      assert.match(answer.headers.get('content-type') ?? '', /application\/problem\+json/);
      assert.equal(answer.headers.get('tus-resumable'), '1.0.0');
      assert.ok(offset <= 5_000);
      break;
    }
    assert.equal((await fetch(`${t.url}${at}`, { method: 'HEAD', headers: TUS })).status, 404);
    assert.equal((await patch(await begin(9), 0, Buffer.from('no image!'))).status, 415);
    const nothing = await create({ 'Upload-Length': '0' });
    assert.equal(nothing.status, 422);
  });

  it('compares checksums and keeps nothing of a damaged piece', async () => {
    const bytes = await padded(6, 50_000);
    const at = await begin(bytes.length);
    const sum = (piece: Buffer) => `sha1 ${createHash('sha1').update(piece).digest('base64')}`;
    const first = bytes.subarray(0, 20_000);
    const bad = await patch(at, 0, first, { 'Upload-Checksum': sum(Buffer.from('other')) });
    assert.equal(bad.status, 460);
    assert.equal(await offsetOf(at), 0);
    assert.equal((await patch(at, 0, first, { 'Upload-Checksum': sum(first) })).status, 204);
    assert.equal((await patch(at, 0, first, { 'Upload-Checksum': 'crc32 AAAA' })).status, 400);
    const rest = bytes.subarray(20_000);
    assert.equal((await patch(at, 20_000, rest, { 'Upload-Checksum': sum(rest) })).status, 200);
  });

  it('takes a file whose length is known last', async () => {
    const bytes = await padded(7, 60_000);
    const answer = await create({ 'Upload-Defer-Length': '1' });
    assert.equal(answer.status, 201);
    const at = answer.headers.get('location')!;
    assert.equal((await patch(at, 0, bytes.subarray(0, 30_000))).status, 204);
    const last = await patch(at, 30_000, bytes.subarray(30_000), { 'Upload-Length': String(bytes.length) });
    assert.equal(last.status, 200);
    assert.equal(((await last.json()) as Uploaded).content_hash, sha256(bytes));
  });

  it('forgets an upload that its client gives up', async () => {
    const at = await begin(100_000);
    await patch(at, 0, (await padded(8, 100_000)).subarray(0, 10_000));
    assert.equal((await fetch(`${t.url}${at}`, { method: 'DELETE', headers: TUS })).status, 204);
    assert.equal((await fetch(`${t.url}${at}`, { method: 'HEAD', headers: TUS })).status, 404);
    assert.equal((await fetch(`${t.url}${at}/result`)).status, 404);
  });

  for (const [what, method, at, headers, status] of [
    ['no version', 'POST', '', { 'Tus-Resumable': '' }, 412],
    ['another version', 'POST', '', { 'Tus-Resumable': '0.2.2' }, 412],
    ['no length', 'POST', '', {}, 400],
    ['a negative length', 'POST', '', { 'Upload-Length': '-1' }, 400],
    ['a length in words', 'POST', '', { 'Upload-Length': '1e3' }, 400],
    ['metadata that is none', 'POST', '', { 'Upload-Length': '1', 'Upload-Metadata': 'filename %%%' }, 400],
    [
      'a tenant without a name',
      'POST',
      '',
      { 'Upload-Length': '1', 'Upload-Metadata': 'tenant_name Cg==' },
      422,
    ],
    ['an unknown upload', 'HEAD', '/00000000-0000-4000-8000-000000000000', {}, 404],
    ['a path for an id', 'HEAD', '/..%2f..%2fetc%2fpasswd', {}, 404],
    ['a piece of no type', 'PATCH', '/00000000-0000-4000-8000-000000000000', { 'Upload-Offset': '0' }, 415],
  ] as const) {
    it(`answers ${what} with a problem`, async () => {
      const answer = await fetch(`${t.url}/uploads/tus${at}`, { method, headers: { ...TUS, ...headers } });
      assert.equal(answer.status, status);
      if (method === 'HEAD') return;
      const problem = (await answer.json()) as { detail: string; request_id: string };
      assert.equal(typeof problem.detail, 'string');
      assert.equal(problem.request_id, answer.headers.get('x-request-id'));
    });
  }

  it('stores hostile names as text', async () => {
    for (const [seed, name] of [
      '../../etc/passwd',
      'a\u0000b.jpg',
      'x\r\nSet-Cookie: a=b',
      'é'.repeat(900),
    ].entries()) {
      const bytes = await picture(100 + seed);
      const at = await begin(bytes.length, name);
      const answer = await patch(at, 0, bytes);
      assert.equal(answer.status, 200, name);
      const { asset_id } = (await answer.json()) as Uploaded;
      assert.equal((await ready(asset_id)).name, name.replace('\u0000', '\uFFFD'));
    }
  });

  it('goes on after the API was killed in the middle', async () => {
    const bytes = await padded(9, 4_000_000);
    let killed: Promise<void> | undefined;
    const uploaded = new Promise<{ result: Uploaded; url: string }>((resolve, reject) => {
      const upload = new tus.Upload(bytes, {
        endpoint: `${t.url}/uploads/tus`,
        retryDelays: Array.from({ length: 400 }, () => 250),
        chunkSize: 200_000,
        metadata: { filename: 'killed.jpg' },
        onChunkComplete(_size, accepted) {
          if (accepted >= 1_000_000) killed ??= restart();
        },
        onError: reject,
        onSuccess: ({ lastResponse }) =>
          resolve({ result: JSON.parse(lastResponse.getBody()), url: upload.url! }),
      });
      upload.start();
    });
    async function restart(): Promise<void> {
      const { port } = new URL(t.url);
      await t.kill('api', 'SIGKILL');
      await t.start('api', { PORT: port });
    }
    const { result } = await uploaded;
    assert.ok(killed);
    await killed;
    assert.equal(result.content_hash, sha256(bytes));
    assert.equal((await ready(result.asset_id)).status, 'ready');
  });

  it('stores what was complete when the API was killed before it could', async () => {
    const bytes = await padded(10, 200_000);
    const { port } = new URL(t.url);
    await t.kill('api', 'SIGTERM');
    await t.start('api', { PORT: port, TRIBUTARY_FAILPOINT: 'put' });
    const at = await begin(bytes.length);
    await assert.rejects(patch(at, 0, bytes));
    await t.start('api', { PORT: port, TRIBUTARY_FAILPOINT: 'put' });
    const result = await t.get<Uploaded>(`${at}/result`);
    assert.equal(result.content_hash, sha256(bytes));
    assert.equal((await ready(result.asset_id)).status, 'ready');
  });

  it('ends clean', async () => {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
    assert.deepEqual(await readdir(t.config.storage.scratchDir), []);
  });
});
