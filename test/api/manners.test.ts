import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { folderOf, picture, pictures } from '../hosting/pictures.ts';
import { APART, PROCESSES, startTributary, type Tributary } from '../hosting/tributary.ts';

interface Named {
  id: string;
  name: string;
}
interface Uploaded {
  asset_id: number;
}

const ORIGIN = 'https://pages.example';

describe('the manners of the API', function () {
  this.timeout(240_000);
  let t: Tributary;
  let folder: string;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ parts: APART, env: { CORS_ORIGINS: `${ORIGIN},https://other.example:8443` } });
    folder = await folderOf(await pictures(7, 40_000));
  });
  after(async () => {
    await t?.close();
    await rm(folder, { recursive: true });
  });

  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${t.url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    });
  const keyed = (key: string, path: string, body: unknown) =>
    send('POST', path, body, { 'idempotency-key': key });
  const codeOf = async (response: Response) =>
    ((await response.json()) as { type: string }).type.split(':').at(-1);
  const count = async (name: string): Promise<number> =>
    (await t.get<Named[]>('/users')).filter((user) => user.name === name).length;

  async function upload(bytes: Buffer, headers: Record<string, string>, name = 'x.jpg'): Promise<Response> {
    const form = new FormData();
    form.append('tenant_name', 'keyed');
    form.append('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
    return fetch(`${t.url}/upload/`, { method: 'POST', body: form, headers });
  }

  describe('with an Idempotency-Key', () => {
    it('does the same request once, and answers it the same, at both bases', async () => {
      const key = randomUUID();
      const first = await keyed(key, '/users', { name: 'Once' });
      const again = await keyed(key, '/api/v1/users', { name: 'Once' });
      assert.deepEqual([first.status, again.status], [201, 201]);
      assert.equal(first.headers.get('idempotency-replayed'), null);
      assert.equal(again.headers.get('idempotency-replayed'), 'true');
      assert.equal(again.headers.get('location'), first.headers.get('location'));
      assert.equal(again.headers.get('content-type'), first.headers.get('content-type'));
      assert.equal(await again.text(), await first.text());
      assert.equal(await count('Once'), 1);
    });

    it('refuses the key for anything else', async () => {
      const key = randomUUID();
      assert.equal((await keyed(key, '/users', { name: 'First' })).status, 201);
      for (const [path, body] of [
        ['/users', { name: 'Second' }],
        ['/locations', { name: 'First' }],
      ] as const) {
        const other = await keyed(key, path, body);
        assert.equal(other.status, 409);
        assert.equal(await codeOf(other), 'idempotency_key_reused');
      }
      assert.equal(await count('Second'), 0);
    });

    it('does one of many at the same moment', async () => {
      const key = `"${randomUUID()}"`;
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => keyed(key, '/users', { name: 'Race' })),
      );
      const texts = new Set(await Promise.all(answers.map((answer) => answer.text())));
      assert.deepEqual([texts.size, await count('Race')], [1, 1]);
      assert.equal(answers.filter((answer) => answer.headers.has('idempotency-replayed')).length, 19);
    });

    it('knows an upload by what is in the form, not by how it is cut into parts', async () => {
      const [one, two] = [await picture(40_100), await picture(40_101)];
      const headers = { 'idempotency-key': randomUUID() };
      const first = (await (await upload(one, headers)).json()) as Uploaded;
      const again = await upload(one, headers);
      assert.equal(again.headers.get('idempotency-replayed'), 'true');
      assert.deepEqual(await again.json(), first);
      assert.equal((await upload(two, headers)).status, 409);
      assert.equal((await upload(one, headers, 'y.jpg')).status, 409);
    });

    it('leaves the key free where nothing was done', async () => {
      const key = randomUUID();
      assert.equal((await keyed(key, '/users', { name: '' })).status, 422);
      assert.equal((await keyed(key, '/users', { name: 'Mended' })).status, 201);
      assert.equal((await keyed(key, '/users', { name: 'Mended' })).status, 201);
      assert.equal(await count('Mended'), 1);
    });

    it('refuses what is no key', async () => {
      for (const key of ['', '""', 'x'.repeat(256), 'a"b']) {
        const answer = await keyed(key, '/users', { name: 'None' });
        assert.equal(answer.status, 400, key);
      }
      assert.equal(await count('None'), 0);
    });

    it('waits for the first request, and then tells the client to come back', async () => {
      const key = randomUUID();
      const body = { name: 'Slow' };
      assert.equal((await keyed(key, '/users', body)).status, 201);
      // As if it were still being worked on.
      const unanswered = (seconds: number) =>
        t.db.run(
          (sql) => sql`update idempotency_keys set status = null, headers = null, body = null,
          leased_until = now() + ${seconds} * interval '1 second' where key = ${key}`,
        );
      await unanswered(3_600);
      const busy = await keyed(key, '/users', body);
      assert.deepEqual([busy.status, await codeOf(busy)], [409, 'still_running']);
      assert.ok(Number(busy.headers.get('retry-after')) > 0);
      // Whoever worked on it is gone.
      await unanswered(-1);
      assert.equal((await keyed(key, '/users', body)).status, 201);
      assert.equal(await count('Slow'), 2);
    });

    it('is forgotten after a day', async () => {
      const key = randomUUID();
      assert.equal((await keyed(key, '/users', { name: 'Old' })).status, 201);
      await t.db.run(
        (sql) => sql`update idempotency_keys set created_at = now() - interval '25 hours' where key = ${key}`,
      );
      assert.equal((await keyed(key, '/users', { name: 'New' })).status, 201);
    });

    it('outlives the process', async () => {
      const key = randomUUID();
      const first = await (await keyed(key, '/imports', { url: folder })).text();
      await t.kill('api', 'SIGKILL');
      await t.start('api');
      const again = await keyed(key, '/imports', { url: folder });
      assert.equal(again.headers.get('idempotency-replayed'), 'true');
      assert.equal(await again.text(), first);
      await t.waitImport((JSON.parse(first) as Named).id);
    });
  });

  describe('with If-Match', () => {
    async function changes(path: string, method: string, bodies: readonly [unknown, unknown], gone: boolean) {
      const tag = (await send('GET', path)).headers.get('etag') ?? '';
      assert.match(tag, /^"\d+\.[\w-]+"$/);
      assert.equal((await send(method, path, bodies[0], { 'if-match': tag })).status, 200);
      const stale = await send(method, path, bodies[1], { 'if-match': tag });
      assert.deepEqual([stale.status, await codeOf(stale)], [412, 'changed_meanwhile']);
      assert.equal((await send(method, path, bodies[1], { 'if-match': '"x", W/"1.y"' })).status, 412);
      assert.equal((await send(method, path, bodies[1], { 'if-match': '*' })).status, 200);
      const now = await send(method, path, bodies[0]);
      assert.equal(now.status, 200);
      if (!gone) return;
      assert.equal((await send('DELETE', path, undefined, { 'if-match': tag })).status, 412);
      const last = now.headers.get('etag') ?? '';
      assert.equal((await send('DELETE', path, undefined, { 'if-match': `"0.x", ${last}` })).status, 204);
    }

    it('changes a source only as it was read', async () => {
      const source = { name: 'Versions', base_url: 'https://example.org/', is_active: false };
      const { id } = await t.post<Named>('/image-pull-sources', source);
      await changes(`/image-pull-sources/${id}`, 'PATCH', [{ name: 'One' }, { name: 'Two' }], true);
    });

    it('changes a camera only as it was read', async () => {
      const { id } = await t.post<Named>('/cameras', { name: 'Versions', rtsp_url: 'rtsp://192.0.2.7/live' });
      await changes(`/cameras/${id}`, 'PATCH', [{ name: 'One' }, { name: 'Two' }], true);
    });

    it('changes a preset only as it was read', async () => {
      await t.post('/presets', { name: 'versions', width: 64, height: 64 });
      await changes(
        '/presets/versions',
        'PUT',
        [
          { width: 65, height: 64 },
          { width: 66, height: 64 },
        ],
        true,
      );
    });

    it('lets one of many through', async () => {
      const source = { name: 'Race', base_url: 'https://example.org/', is_active: false };
      const { id } = await t.post<Named>('/image-pull-sources', source);
      const path = `/image-pull-sources/${id}`;
      const tag = (await send('GET', path)).headers.get('etag') ?? '';
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, i) => send('PATCH', path, { name: `Race ${i}` }, { 'if-match': tag })),
      );
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(11).fill(412)]);
      assert.equal(
        (await send('GET', path, undefined, { 'if-none-match': tag, 'cache-control': 'max-age=0' })).status,
        200,
      );
    });
  });

  describe('with Prefer: wait', () => {
    it('answers when the import is done', async () => {
      const files = await folderOf(await pictures(3, 40_200));
      const answer = await send('POST', '/imports', { url: files }, { prefer: 'respond-async, wait=60' });
      const job = (await answer.json()) as { status: string; stored_files: number };
      assert.deepEqual([answer.status, job.status, job.stored_files], [202, 'completed', 3]);
      assert.equal(answer.headers.get('preference-applied'), 'wait=60');
      await rm(files, { recursive: true });
    });

    it('answers when the picture is ready', async () => {
      const answer = await upload(await picture(40_300), { prefer: 'wait=60' });
      const { asset_id: id } = (await answer.json()) as Uploaded;
      assert.equal((await t.get<{ status: string }>(`/retrieve/asset/${id}`)).status, 'ready');
    });

    it('answers when the time has passed', async () => {
      await t.kill('io', 'SIGTERM');
      const answer = await send('POST', '/imports', { url: folder }, { prefer: 'wait=1' });
      const job = (await answer.json()) as { id: string; status: string };
      assert.deepEqual([answer.status, job.status], [202, 'pending']);
      assert.equal(answer.headers.get('preference-applied'), 'wait=1');
      await t.start('io');
      await t.waitImport(job.id);
    });

    it('heeds no more than a minute, and no nonsense', async () => {
      const most = await send('POST', '/imports', { url: folder }, { prefer: 'wait=86400' });
      assert.equal(most.headers.get('preference-applied'), 'wait=60');
      const none = await send('POST', '/imports', { url: folder }, { prefer: 'wait=soon' });
      assert.equal(none.headers.get('preference-applied'), null);
      for (const answer of [most, none]) await t.waitImport(((await answer.json()) as Named).id);
    });
  });

  describe('with lists', () => {
    /** Addresses by relation. */
    const linksOf = (response: Response): Record<string, string> =>
      Object.fromEntries(
        [...(response.headers.get('link') ?? '').matchAll(/<([^>]+)>; rel="(\w+)"/g)].map(([, at, rel]) => [
          rel,
          at,
        ]),
      ) as Record<string, string>;

    it('says where the other pages are, and they are there', async () => {
      const job = await t.get<{ imports: Named[] }>('/imports?limit=1');
      assert.equal(job.imports.length, 1);
      const at = '/api/v1/images?limit=3&source=folder';
      const total = (await t.get<{ total: number }>(at)).total;
      const seen: number[] = [];
      let next: string | undefined = at;
      while (next !== undefined) {
        const page: Response = await send('GET', next);
        const links = linksOf(page);
        const { images } = (await page.json()) as { images: { id: number }[] };
        seen.push(...images.map(({ id }) => id));
        next = links['next'];
        assert.ok(next === undefined || next.startsWith('/api/v1/images?limit=3&source=folder&'), next);
      }
      assert.deepEqual([seen.length, new Set(seen).size], [total, total]);
      const second = linksOf(await send('GET', '/imports?limit=1&page=2'));
      assert.equal(second['first'], '/imports?limit=1&page=1');
      assert.equal(second['prev'], '/imports?limit=1&page=1');
      const beyond = await send('GET', '/imports?limit=1&page=999');
      assert.deepEqual(
        [((await beyond.json()) as { imports: [] }).imports, linksOf(beyond)['next']],
        [[], undefined],
      );
      assert.equal(linksOf(beyond)['prev'], linksOf(beyond)['last']);
    });
  });

  describe('with encodings', () => {
    const encoded = async (path: string, accept: string): Promise<[IncomingMessage, Buffer]> => {
      const [response] = (await once(
        get(`${t.url}${path}`, { headers: { 'accept-encoding': accept } }),
        'response',
      )) as [IncomingMessage];
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part as Buffer);
      return [response, Buffer.concat(parts)];
    };

    it('compresses JSON that is worth it, and nothing else', async () => {
      const [gzip, zipped] = await encoded('/failures', 'gzip');
      assert.equal(gzip.headers['content-encoding'], 'gzip');
      const whole = JSON.parse(String(gunzipSync(zipped)));
      const [br, squeezed] = await encoded('/failures', 'br, gzip');
      assert.equal(br.headers['content-encoding'], 'br');
      assert.deepEqual(JSON.parse(String(brotliDecompressSync(squeezed))), whole);
      const [plain, text] = await encoded('/failures', 'identity');
      assert.equal(plain.headers['content-encoding'], undefined);
      assert.ok(zipped.length < text.length / 2);
      assert.match(String(gzip.headers['vary']), /Accept-Encoding/i);
      for (const path of ['/livez', '/metrics']) {
        assert.equal((await encoded(path, 'gzip'))[0].headers['content-encoding'], undefined, path);
      }
      const { images } = await t.get<{ images: { thumb_url: string }[] }>('/images');
      assert.equal((await encoded(images[0]!.thumb_url, 'gzip'))[0].headers['content-encoding'], undefined);
    });
  });

  describe('with pages of other origins', () => {
    it('lets those call that are named, exactly', async () => {
      const call = (origin: string, method = 'GET', headers: Record<string, string> = {}) =>
        send(method, '/images', undefined, { origin, ...headers });
      const good = await call(ORIGIN);
      assert.equal(good.status, 200);
      assert.equal(good.headers.get('access-control-allow-origin'), ORIGIN);
      assert.match(good.headers.get('access-control-expose-headers') ?? '', /Link.*X-Request-Id/);
      assert.equal(good.headers.get('access-control-allow-credentials'), null);
      assert.match(good.headers.get('vary') ?? '', /Origin/);
      for (const origin of [
        `${ORIGIN}.evil.example`,
        'https://evil.example',
        'http://pages.example',
        `${ORIGIN}:444`,
      ]) {
        const bad = await call(origin);
        assert.deepEqual([bad.status, bad.headers.get('access-control-allow-origin')], [403, null], origin);
      }
      const asked = await call(ORIGIN, 'OPTIONS', {
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,idempotency-key',
      });
      assert.equal(asked.status, 204);
      assert.match(asked.headers.get('access-control-allow-headers') ?? '', /idempotency-key/);
      const tus = await send('OPTIONS', '/uploads/tus', undefined, { origin: ORIGIN });
      assert.equal(tus.headers.get('tus-version'), '1.0.0');
    });
  });

  describe('with request ids', () => {
    it('carries them to the workflow', async () => {
      const id = `trace-${randomUUID()}`;
      const answer = await send(
        'POST',
        '/imports',
        { url: folder },
        { 'x-request-id': id, prefer: 'wait=60' },
      );
      const job = (await answer.json()) as Named;
      const { memo } = await t.client.workflow.getHandle(`import:${job.id}`).describe();
      assert.equal(memo?.['request_id'], id);
      const form = await upload(await picture(40_400), { 'x-request-id': `${id}-2` });
      const { asset_id: asset } = (await form.json()) as Uploaded;
      const [row] = await t.db.run(
        (sql) => sql`select request_id from outbox o join import_items i on i.import_id = o.import_id
          where i.asset_id = ${asset} and o.kind = 'process-upload'`,
      );
      assert.equal(row?.['request_id'], `${id}-2`);
    });
  });
});

describe('an API that holds its callers back', function () {
  this.timeout(240_000);
  let t: Tributary;

  before(async function () {
    this.timeout(240_000);
    const env = { RATE_LIMIT_PER_SECOND: '0.005', RATE_LIMIT_BURST: '5', TRUSTED_PROXIES: '127.0.0.2' };
    t = await startTributary({ parts: ['api'], env });
  });
  after(() => t?.close());

  /** From an address of this machine, through a proxy or not. */
  async function ask(
    from: string,
    headers: Record<string, string> = {},
    path = '/users',
  ): Promise<IncomingMessage> {
    const [response] = (await once(get(`${t.url}${path}`, { localAddress: from, headers }), 'response')) as [
      IncomingMessage,
    ];
    response.resume();
    return response;
  }

  it('says how much is left, then 429 with when to come back', async () => {
    // Each process counts for itself.
    for (let asked = 0; asked < 5 * PROCESSES; asked += 1) {
      const { statusCode, headers } = await ask('127.0.0.1');
      assert.equal(statusCode, 200);
      const left = String(4 - Math.floor(asked / PROCESSES));
      assert.deepEqual([headers['ratelimit-limit'], headers['ratelimit-remaining']], ['5', left]);
      assert.ok(Number(headers['ratelimit-reset']) > 0);
    }
    const over = await ask('127.0.0.1');
    assert.equal(over.statusCode, 429);
    assert.match(String(over.headers['content-type']), /problem\+json/);
    assert.ok(Number(over.headers['retry-after']) >= 1);
  });

  it('believes a forwarded address only of proxies that it trusts', async () => {
    // The bucket of 127.0.0.1 is empty, whoever it says it is.
    for (const forged of ['198.51.100.1', '127.0.0.1', 'unknown']) {
      assert.equal((await ask('127.0.0.1', { 'x-forwarded-for': forged })).statusCode, 429, forged);
    }
    for (let i = 0; i < 8; i += 1) {
      const { statusCode } = await ask('127.0.0.2', { 'x-forwarded-for': `198.51.100.${i}` });
      assert.equal(statusCode, 200);
    }
    // What a client says before the proxy adds the truth counts for nothing.
    const statuses: (number | undefined)[] = [];
    for (let i = 0; i < 7 * PROCESSES; i += 1) {
      const { statusCode } = await ask('127.0.0.2', { 'x-forwarded-for': `203.0.113.${i}, 198.51.100.99` });
      statuses.push(statusCode);
    }
    assert.ok(statuses.includes(429), statuses.join());
  });

  it('never holds probes back', async () => {
    for (let i = 0; i < 20; i += 1) assert.equal((await ask('127.0.0.1', {}, '/livez')).statusCode, 200);
  });

  it('lets callers come back', async () => {
    await t.kill('api', 'SIGTERM');
    await t.start('api', { RATE_LIMIT_PER_SECOND: '1', RATE_LIMIT_BURST: '2' });
    let answer: IncomingMessage;
    do answer = await ask('127.0.0.1');
    while (answer.statusCode === 200);
    while (answer.statusCode === 429) {
      await sleep(Number(answer.headers['retry-after']) * 1_000);
      answer = await ask('127.0.0.1');
    }
    assert.equal(answer.statusCode, 200);
  });
});
