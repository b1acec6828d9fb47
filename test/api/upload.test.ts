import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { picture } from '../hosting/pictures.ts';
import { APART, startTributary, type Tributary } from '../hosting/tributary.ts';
import { oddBodies } from './attacks.ts';

interface Uploaded {
  asset_id: number;
  status: string;
  content_hash: string;
  job_id: number;
  duplicate: boolean;
}
interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  request_id: string;
}

const MAX = 2 * 2 ** 20;

describe('uploads', () => {
  let t: Tributary;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ parts: APART, env: { MAX_FILE_BYTES: String(MAX) } });
  });
  after(() => t.close());

  async function ready(id: number): Promise<{ status: string; renditions: unknown[]; name: string }> {
    for (;;) {
      const asset = await t.get<{ status: string; renditions: unknown[]; name: string }>(
        `/retrieve/asset/${id}`,
      );
      if (asset.status !== 'processing') return asset;
      await sleep(20);
    }
  }

  async function noLeftovers(): Promise<void> {
    for (let i = 0; i < 100; i += 1) {
      if ((await readdir(t.config.storage.scratchDir)).length === 0) return;
      await sleep(50);
    }
    assert.deepEqual(await readdir(t.config.storage.scratchDir), []);
  }

  /** Sends raw bytes as a multipart body and reads the answer. */
  function raw(
    body: string | Buffer,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const req = request(`${t.url}/upload/`, {
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=b', ...headers },
      });
      req.on('response', (res) => {
        let text = '';
        res.on('data', (chunk) => {
          text += chunk;
        });
        res.on('end', () => resolve({ status: res.statusCode ?? 0, body: text }));
      });
      req.on('error', reject);
      req.end(body);
    });
  }

  it('answers as the catalog did, and the same bytes are the same asset', async () => {
    const bytes = await picture(1);
    const first = (await (await t.upload(bytes, 'a.jpg', 'shop')).json()) as Uploaded;
    assert.equal(first.status, 'uploaded');
    assert.equal(first.content_hash, createHash('sha256').update(bytes).digest('hex'));
    assert.equal(typeof first.job_id, 'number');
    const asset = await ready(first.asset_id);
    assert.equal(asset.status, 'ready');
    assert.equal(asset.renditions.length, 3);
    const second = (await (await t.upload(bytes, 'b.jpg', 'shop')).json()) as Uploaded;
    assert.equal(second.asset_id, first.asset_id);
    assert.equal(second.duplicate, true);
    const other = (await (await t.upload(bytes, 'a.jpg', 'another tenant')).json()) as Uploaded;
    assert.notEqual(other.asset_id, first.asset_id);
    await ready(other.asset_id);
  });

  it('takes the tenant whether it comes before or after the file', async () => {
    const bytes = await picture(2);
    const form = new FormData();
    form.append('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), 'ü "quoted".jpg');
    form.append('tenant_name', 'late');
    const answer = (await (
      await fetch(`${t.url}/api/v1/upload/`, { method: 'POST', body: form })
    ).json()) as Uploaded;
    const asset = await t.get<{ tenant_name: string; name: string }>(`/retrieve/asset/${answer.asset_id}`);
    assert.deepEqual([asset.tenant_name, asset.name], ['late', 'ü "quoted".jpg']);
    await ready(answer.asset_id);
  });

  it('gives 50 uploads of one file at once the same answer', async function () {
    this.timeout(180_000);
    const bytes = await picture(3);
    const answers = await Promise.all(
      Array.from(
        { length: 50 },
        async () => (await (await t.upload(bytes, 'x.jpg', 'race')).json()) as Uploaded,
      ),
    );
    assert.equal(new Set(answers.map((answer) => answer.asset_id)).size, 1);
    assert.equal(answers.filter((answer) => !answer.duplicate).length, 1);
    assert.equal((await ready(answers[0]!.asset_id)).status, 'ready');
  });

  it('keeps a damaged picture out and says why', async () => {
    const answer = (await (
      await t.upload((await picture(4)).subarray(0, 1_000), 'cut.jpg')
    ).json()) as Uploaded;
    const asset = (await ready(answer.asset_id)) as unknown as {
      status: string;
      failure: { type: string; advice: string };
    };
    assert.equal(asset.status, 'rejected');
    assert.equal(asset.failure.type, 'truncated');
    assert.ok(asset.failure.advice);
    const rendition = await fetch(`${t.url}/retrieve/rendition/${answer.asset_id}/thumb`);
    assert.equal(rendition.status, 404);
  });

  for (const [what, bytes, status, type] of [
    ['a PDF called .jpg', Buffer.from(`%PDF-1.7\n${'x'.repeat(9_000)}`), 415, 'unsupported_format'],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 415, 'unsupported_format'],
    ['one byte', Buffer.from('x'), 415, 'unsupported_format'],
    ['nothing', Buffer.alloc(0), 422, 'empty_file'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const response = await t.upload(bytes, 'x.jpg');
      assert.equal(response.status, status);
      assert.match(response.headers.get('content-type') ?? '', /application\/problem\+json/);
      const problem = (await response.json()) as Problem;
      assert.equal(problem.type, `tag:tributary,2026:${type}`);
      assert.equal(typeof problem.detail, 'string');
      assert.equal(problem.request_id, response.headers.get('x-request-id'));
      await noLeftovers();
    });
  }

  it('refuses a file over the limit while it arrives', async () => {
    const head = await picture(5);
    const response = await raw(
      Buffer.concat([
        Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="x.jpg"\r\n\r\n'),
        head,
        Buffer.alloc(MAX + 1),
        Buffer.from('\r\n--b--\r\n'),
      ]),
    );
    assert.equal(response.status, 413);
    await noLeftovers();
  });

  it('answers an endless upload and hangs up', async function () {
    this.timeout(120_000);
    const head = await picture(6);
    const { status, sent } = await new Promise<{ status: string; sent: number }>((resolve, reject) => {
      const socket = net.connect(Number(new URL(t.url).port), '127.0.0.1');
      let answer = '';
      let total = 0;
      socket.on('data', (chunk) => {
        answer += chunk;
      });
      socket.on('close', () => resolve({ status: answer.split('\r\n')[0] ?? '', sent: total }));
      socket.on('error', (error: NodeJS.ErrnoException) => (answer === '' ? reject(error) : undefined));
      socket.write(
        'POST /upload/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n',
      );
      const chunk = (data: Buffer): void => {
        total += data.length;
        socket.write(
          Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')]),
        );
      };
      chunk(Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="x.jpg"\r\n\r\n'));
      chunk(head);
      const timer = setInterval(
        () => (socket.destroyed ? clearInterval(timer) : chunk(Buffer.alloc(65_536))),
        5,
      );
      socket.on('close', () => clearInterval(timer));
    });
    assert.match(status, /413/);
    assert.ok(sent < 64 * 2 ** 20, `${sent} bytes were taken`);
    await noLeftovers();
  });

  it('forgets a client that goes away in the middle', async () => {
    const head = await picture(7);
    for (const share of [0.02, 0.5, 0.99]) {
      const socket = net.connect(Number(new URL(t.url).port), '127.0.0.1');
      socket.on('error', () => {});
      const part = Buffer.concat([
        Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="x.jpg"\r\n\r\n'),
        head,
      ]);
      socket.write(
        `POST /upload/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${part.length + 8}\r\n\r\n`,
      );
      socket.write(part.subarray(0, Math.floor(part.length * share)));
      await sleep(50);
      socket.destroy();
    }
    await noLeftovers();
    const [row] = await t.db.run(
      (sql) =>
        sql`select count(*)::int as n from assets where sha256 = decode(${createHash('sha256').update(head).digest('hex')}, 'hex')`,
    );
    assert.equal(row?.['n'], 0);
  });

  for (const [what, body] of oddBodies('file')) {
    it(`answers ${what} with a problem and lives on`, async () => {
      const response = await raw(body);
      assert.ok(response.status >= 400 && response.status < 500, `${response.status} ${response.body}`);
      assert.equal(typeof (JSON.parse(response.body) as Problem).detail, 'string');
      assert.equal((await fetch(`${t.url}/livez`)).status, 200);
      await noLeftovers();
    });
  }

  it('accepts uploads while Temporal takes its time, and nothing is lost', async function () {
    this.timeout(180_000);
    await t.kill('io', 'SIGTERM');
    await t.kill('cpu', 'SIGTERM');
    const answer = (await (await t.upload(await picture(8), 'later.jpg')).json()) as Uploaded;
    await Promise.all([t.start('io'), t.start('cpu')]);
    assert.equal((await ready(answer.asset_id)).status, 'ready');
  });

  it('ends clean', async () => {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });
});
