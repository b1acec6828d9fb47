import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { request } from 'node:http';
import { folderOf, picture, pictures } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

interface Problem {
  type: string;
  status: number;
  detail: string;
  errors?: { pointer: string; detail: string }[];
}

describe('the HTTP API', () => {
  let t: Tributary;
  let folder: string;
  let importId: string;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary();
    folder = await folderOf({ ...(await pictures(25, 500)), 'bad.jpg': (await picture(1)).subarray(0, 700) });
    importId = await t.startImport(folder);
    await t.waitImport(importId);
  });
  after(async () => {
    await t.close();
    await rm(folder, { recursive: true });
  });

  async function problem(response: Response, status: number): Promise<Problem> {
    assert.equal(response.status, status);
    assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
    const body = (await response.json()) as Problem;
    assert.equal(body.status, status);
    assert.ok(body.type.startsWith('tag:tributary,2026:'));
    assert.ok(body.detail.length > 5);
    return body;
  }

  it('answers at / and under /api/v1', async () => {
    for (const base of ['', '/api/v1']) {
      assert.equal((await fetch(`${t.url}${base}/health`)).status, 200);
      assert.equal((await fetch(`${t.url}${base}/images`)).status, 200);
      assert.equal((await fetch(`${t.url}${base}/openapi.json`)).status, 200);
    }
  });

  it('tells the job as the second Drive service did', async () => {
    const job = await t.get<Record<string, unknown>>(`/import/jobs/${importId}`);
    assert.equal(job['job_id'], importId);
    assert.equal(job['status'], 'completed');
    assert.equal(job['source'], 'folder');
    assert.equal(job['total_files'], 26);
    assert.equal(job['processed_files'], 26);
    assert.equal(job['failed_files'], 1);
    assert.equal(job['progress_percent'], 100);
    for (const key of [
      'stored_files',
      'skipped_files',
      'duplicate_files',
      'rejected_files',
      'listing_complete',
      'eta_seconds',
    ]) {
      assert.ok(key in job, key);
    }
  });

  it('tells the task as the first Drive service did', async () => {
    const task = await t.get<{ task_id: string; status: string; result: { total_files: number } }>(
      `/task/${importId}`,
    );
    assert.deepEqual([task.task_id, task.status, task.result.total_files], [importId, 'SUCCESS', 26]);
  });

  it('pages images, by source too', async () => {
    const page = await t.get<Record<string, unknown> & { images: Record<string, unknown>[] }>(
      '/images?page=2&limit=20&source=folder',
    );
    assert.deepEqual(
      [page['count'], page['total'], page['page'], page['pages'], page['page_size']],
      [5, 25, 2, 2, 20],
    );
    for (const key of [
      'id',
      'name',
      'size',
      'mime_type',
      'source',
      'created_at',
      'google_drive_id',
      'storage_url',
    ]) {
      assert.ok(key in page.images[0]!, key);
    }
    assert.match(String(page.images[0]!['created_at']), /^\d{4}-.*Z$/);
    assert.equal((await t.get<{ total: number }>('/images?source=google_drive')).total, 0);
  });

  it('refuses pages that make no sense, with a pointer', async () => {
    for (const query of ['limit=101', 'limit=0', 'page=-1', 'page=x', 'limit=1e9', 'limit=', 'max_width=']) {
      const body = await problem(await fetch(`${t.url}/images?${query}`), 422);
      assert.match(body.errors?.[0]?.pointer ?? '', /^\/query\/(page|limit|max_width)$/);
    }
  });

  it('says 404 for what does not exist, malformed ids included', async () => {
    for (const path of [
      '/retrieve/asset/999999',
      '/retrieve/asset/0',
      '/retrieve/asset/x',
      '/retrieve/asset/99999999999999999999',
      '/retrieve/rendition/1/huge',
      '/retrieve/rendition/999/thumb',
      '/task/not-a-uuid',
      '/import/jobs/11111111-1111-4111-8111-111111111111',
      '/imports/11111111-1111-4111-8111-111111111111/items',
      '/imports/11111111-1111-4111-8111-111111111111/events',
      '/nothing/here',
    ]) {
      await problem(await fetch(`${t.url}${path}`), 404);
    }
  });

  it('says which methods a path takes, also where it could be taken for an id', async () => {
    for (const [method, path, allow] of [
      ['POST', '/images', 'GET, HEAD, OPTIONS'],
      ['GET', '/images/trash', 'OPTIONS, POST'],
      ['DELETE', '/images/facets', 'GET, HEAD, OPTIONS'],
      ['GET', '/imports/archive', 'OPTIONS, POST'],
      ['PUT', '/images/1', 'DELETE, GET, HEAD, OPTIONS, PATCH'],
    ] as const) {
      for (const base of ['', '/api/v1']) {
        const answer = await fetch(`${t.url}${base}${path}`, { method });
        await problem(answer, 405);
        assert.equal(answer.headers.get('allow'), allow, path);
      }
    }
    assert.equal((await fetch(`${t.url}/images/trash`, { method: 'OPTIONS' })).status, 204);
  });

  it('explains an address that it does not understand', async () => {
    const post = (body: string, type = 'application/json') =>
      fetch(`${t.url}/imports`, { method: 'POST', body, headers: { 'content-type': type } });
    const body = await problem(await post(JSON.stringify({ url: 'gopher://old/hole' })), 422);
    assert.match(body.detail, /folder|directory/);
    await problem(await post(JSON.stringify({})), 422);
    await problem(await post('{"url":'), 400);
    await problem(await post('url=x', 'text/plain'), 415);
    await problem(await post(JSON.stringify({ url: `https://x/${'y'.repeat(9_000)}` })), 422);
    await problem(await post(JSON.stringify({ url: 'https://user:secret@example.org/' })), 422).then((p) =>
      assert.doesNotMatch(JSON.stringify(p), /secret/),
    );
    await problem(await post(`{"url":"/x","a":"${'z'.repeat(2 ** 23)}"}`), 413);
  });

  it('sends renditions with an ETag, ranges and no surprises', async () => {
    const { images } = await t.get<{ images: { id: number; thumb_url: string; storage_url: string }[] }>(
      '/images',
    );
    const url = `${t.url}${images[0]!.thumb_url}`;
    const whole = await fetch(url);
    const bytes = Buffer.from(await whole.arrayBuffer());
    const etag = whole.headers.get('etag') ?? '';
    assert.match(etag, /^"[0-9a-f]{64}"$/);
    assert.equal(whole.headers.get('x-content-type-options'), 'nosniff');
    const same = await fetch(url, {
      // Without a word of its own, fetch adds "no-cache" to conditional requests.
      headers: { 'if-none-match': etag, 'cache-control': 'max-age=0' },
    });
    assert.equal(same.status, 304);
    const part = await fetch(url, { headers: { range: 'bytes=2-5' } });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('content-range'), `bytes 2-5/${bytes.length}`);
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(2, 6));
    assert.equal((await fetch(url, { headers: { range: `bytes=${bytes.length}-` } })).status, 416);
    const head = await fetch(url, { method: 'HEAD' });
    assert.equal(head.headers.get('content-length'), String(bytes.length));
    const original = await fetch(`${t.url}${images[0]!.storage_url}`);
    assert.match(original.headers.get('content-disposition') ?? '', /^attachment/);
    assert.match(original.headers.get('content-security-policy') ?? '', /sandbox/);
    await original.arrayBuffer();
  });

  it('takes a request id that is fit for a log and makes one otherwise', async () => {
    const given = await fetch(`${t.url}/livez`, { headers: { 'x-request-id': 'abc-1' } });
    assert.equal(given.headers.get('x-request-id'), 'abc-1');
    const odd = await fetch(`${t.url}/livez`, { headers: { 'x-request-id': 'a b"c' } });
    assert.match(odd.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
  });

  it('answers this machine only: no foreign page, no foreign name', async () => {
    const call = async (headers: Record<string, string>): Promise<number> => {
      const req = request(`${t.url}/imports`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
      });
      req.end('{}');
      const [res] = (await once(req, 'response')) as [import('node:http').IncomingMessage];
      res.resume();
      return res.statusCode ?? 0;
    };
    assert.equal(await call({ host: 'evil.example' }), 403);
    assert.equal(await call({ origin: 'https://evil.example' }), 403);
    assert.equal(await call({ origin: 'null' }), 403);
    assert.equal(await call({ origin: t.url }), 422);
    assert.equal(await call({ host: 'localhost' }), 422);
  });

  it('describes itself: every operation, every problem', async () => {
    const document = await t.get<{
      openapi: string;
      paths: Record<string, Record<string, { operationId: string; responses: object }>>;
    }>('/openapi.json');
    assert.match(document.openapi, /^3\.1/);
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    assert.ok(operations.length >= 20);
    assert.equal(new Set(operations.map((o) => o.operationId)).size, operations.length);
    for (const operation of operations) assert.ok('default' in operation.responses, operation.operationId);
    const docs = await fetch(`${t.url}/docs`);
    assert.match(await docs.text(), /swagger-ui-bundle/);
    assert.equal((await fetch(`${t.url}/docs/swagger-ui-bundle.js`)).status, 200);
  });

  it('streams progress until the import is finished', async function () {
    this.timeout(180_000);
    const more = await folderOf(await pictures(48, 700));
    try {
      const id = await t.startImport(more);
      const response = await fetch(`${t.url}/imports/${id}/events`);
      assert.match(response.headers.get('content-type') ?? '', /text\/event-stream/);
      const text = await response.text();
      const events = [...text.matchAll(/^data: ?(.*)$/gm)].map(
        (match) =>
          JSON.parse(match[1]!) as { data: { import?: { status: string; processed_files: number } } },
      );
      const seen = events.flatMap(({ data }) => (data.import === undefined ? [] : [data.import]));
      assert.ok(seen.length >= 2, text.slice(0, 500));
      assert.equal(seen.at(-1)?.status, 'completed');
      assert.equal(seen.at(-1)?.processed_files, 48);
      for (let i = 1; i < seen.length; i += 1)
        assert.ok(seen[i]!.processed_files >= seen[i - 1]!.processed_files);
    } finally {
      await rm(more, { recursive: true });
    }
  });

  it('is ready only while its parts are', async () => {
    const health = await t.get<{ status: string; parts: Record<string, { ok: boolean }> }>('/readyz');
    assert.equal(health.status, 'healthy');
    assert.deepEqual(Object.keys(health.parts).sort(), ['database', 'objects', 'temporal']);
  });
});
