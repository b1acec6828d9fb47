import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { Failure } from '../../../domain/failures.ts';
import createRestKind from '../../../sources/kinds/rest/kind.ts';
import { createHttpClient, type HttpClient } from '../../../sources/reach/client.ts';
import { createGuard } from '../../../sources/reach/guard.ts';
import type { Json, Source, SourceItem } from '../../../sources/source.ts';
import { assertFailure, readAll } from '../contract.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { type Answer, type RawServer, response, startRawServer } from '../rawServer.ts';

type Options = { [name: string]: Json };

const never = () => new AbortController().signal;
const json = (value: unknown, headers: Record<string, string> = {}) =>
  response(200, { 'Content-Type': 'application/json', ...headers }, JSON.stringify(value));
const say =
  (bytes: Buffer): Answer =>
  (socket) =>
    void socket.write(bytes);

describe('rest', () => {
  let server: RawServer;
  let other: RawServer;
  let client: HttpClient;
  let scratch: string;

  before(async () => {
    scratch = await fs.mkdtemp(path.join(os.tmpdir(), 'rest-'));
  });
  after(() => fs.rm(scratch, { recursive: true }));

  beforeEach(async () => {
    server = await startRawServer();
    other = await startRawServer(say(response(200, {}, 'x')));
    const guard = createGuard({ allowPrivateNets: [], allowLoopback: true });
    client = createHttpClient({ guard, deadlines: { headersMs: 500, idleMs: 500, keepAliveMs: 100 } });
  });

  afterEach(async () => {
    await client.close();
    await server.close();
    await other.close();
  });

  const make = () => createRestKind(kindDeps({ client }));
  const open = (options: Options = {}, credentials: unknown = null, below = 'api'): Source => {
    const kind = make();
    return kind.open(kind.parse(server.url + below, options), visitor(credentials));
  };
  const fetch = (source: Source, item: SourceItem) =>
    source.fetch(item, { toPath: path.join(scratch, `${Math.random()}`), maxBytes: 1e6, signal: never() });
  const first = async (options: Options, document: unknown): Promise<SourceItem[]> => {
    server.answer((socket, { method }) => socket.write(method === 'HEAD' ? response(405) : json(document)));
    return (await open(options).list(null, never())).items;
  };

  describe('takes descriptions', () => {
    it('and makes what is asked for the address', () => {
      const kind = make();
      const rows: [string, Options, string][] = [
        ['HTTPS://Host:443/api#x', {}, 'https://host/api'],
        [
          'https://host/api?b=2',
          { query: { station: 7, name: 'a b&c' } },
          'https://host/api?b=2&station=7&name=a%20b%26c',
        ],
        [
          'https://host/api?station=8&b=%7e+',
          { query: { station: '7' } },
          'https://host/api?station=7&b=%7e+',
        ],
      ];
      for (const [input, options, address] of rows) {
        const parsed = kind.parse(input, options);
        assert.equal(parsed.address, address);
        assert.deepEqual(kind.parse(parsed.address, parsed.settings as Options), parsed);
        assert.equal(kind.parse(parsed.address).address, parsed.address);
        assert.deepEqual(JSON.parse(JSON.stringify(parsed)), parsed);
        assert.equal(kind.account(parsed), 'host');
      }
      assert.equal(kind.recognises('https://host/api'), 'no');
    });

    it('and names what is wrong with them', () => {
      const rows: [Options, RegExp][] = [
        [{ items: 'a..b' }, /"items"/],
        [{ items: 5 }, /"items"/],
        [{ fields: {} }, /"fields.url"/],
        [{ fields: { url: 'https://{host}/x' } }, /"fields.url".*braces/],
        [{ fields: { url: 'https://h/{a' } }, /"fields.url"/],
        [{ fields: { url: 'ftp://h/{a}' } }, /"fields.url"/],
        [{ fields: { url: 'u', color: 'x' } }, /"fields.color"/],
        [{ fields: { url: 'u', id: '.x' } }, /"fields.id"/],
        [{ next: { type: 'magic' } }, /"next.type"/],
        [{ next: { type: 'body' } }, /"next.path"/],
        [{ next: { type: 'cursor', path: 'a', parameter: '' } }, /"next.parameter"/],
        [{ next: { type: 'offset', parameter: 'o' } }, /"next.size"/],
        [{ headers: { 'X-Api-Key': 'k' } }, /"headers".*credentials/],
        [{ headers: { Authorization: 'k' } }, /"headers".*credentials/],
        [{ headers: { Cookie: 'k' } }, /"headers".*credentials/],
        [{ headers: { Host: 'evil' } }, /"headers"/],
        [{ headers: { Range: 'bytes=1-' } }, /"headers"/],
        [{ headers: { 'X-A': 'b\r\nHost: evil' } }, /"headers"/],
        [{ query: { api_key: 'k' } }, /"query".*credentials/],
        [{ query: { access_token: 'k' } }, /"query".*credentials/],
        [{ include: [5] }, /"include.0"/],
        [{ recursive: true }, /"recursive"/],
      ];
      for (const [options, message] of rows) {
        assert.throws(
          () => make().parse('https://host/api', options),
          (error) => error instanceof Failure && error.type === 'bad_address' && message.test(error.message),
          JSON.stringify(options),
        );
      }
      for (const address of [
        'https://u:p@host/api',
        'https://host/api?api_key=s3cr3t',
        'https://host/api?token=s3cr3t',
        'https://host/api?X-Amz-Signature=s3cr3t',
        'ftp://host/',
      ]) {
        assert.throws(
          () => make().parse(address),
          (error) =>
            error instanceof Failure && error.type === 'bad_address' && !/s3cr3t/.test(error.message),
        );
      }
    });

    it('and says which setting does not fit what comes', async () => {
      const rows: [Options, unknown, RegExp][] = [
        [{ items: 'data' }, { items: [] }, /"items"/],
        [{ items: 'data' }, { data: { a: 1 } }, /"items"/],
        [{}, [{ href: 'a.jpg' }], /"fields.url"/],
        [{ fields: { url: 'url', id: 'key' } }, [{ url: 'a.jpg' }], /fields.id/],
        [{ items: 'i', next: { type: 'body', path: 'next' } }, { i: [], next: { href: 'x' } }, /"next.path"/],
        [
          { items: 'i', next: { type: 'cursor', path: 'n', parameter: 'c' } },
          { i: [], n: [1] },
          /"next.path"/,
        ],
      ];
      for (const [options, document, message] of rows) {
        const failure = await assertFailure(first(options, document), 'bad_address');
        assert.match(failure.message, message);
      }
      assert.deepEqual(await first({ items: 'data' }, { data: null }), []);
    });
  });

  it('reads items in whatever words', async () => {
    const md5 = 'd41d8cd98f00b204e9800998ecf8427e';
    const fields = {
      url: 'u',
      id: 'i',
      name: 'n',
      size: 's',
      etag: 'e',
      modified: 'm',
      sha256: 'h.sha',
      md5: 'h.md5',
    };
    const rows: [Record<string, unknown>, Partial<SourceItem>][] = [
      [
        { u: 'a.jpg', i: 17, e: 'W/"v1"' },
        { externalId: '17', name: 'a.jpg', locator: `${server.url}a.jpg`, version: '"v1"' },
      ],
      [
        { u: '/b%20c.jpg?x=1', i: 'b', m: '2021-05-31T08:25:38Z', s: 5 },
        { name: 'b c.jpg', size: 5, sizeExact: true, version: '5@2021-05-31T08:25:38.000Z' },
      ],
      [
        { u: '//127.0.0.1/x', i: 's', m: 1622449538, n: 'in/a/folder.jpg' },
        { name: 'folder.jpg', locator: 'http://127.0.0.1/x', version: '?@2021-05-31T08:25:38.000Z' },
      ],
      [
        { u: 'x', i: 'ms', m: '1622449538000', s: '12' },
        { size: 12, version: '12@2021-05-31T08:25:38.000Z' },
      ],
      [
        { u: 'x', i: 'h', h: { md5: md5.toUpperCase(), sha: 'short' } },
        { version: md5, hashes: { md5 } },
      ],
      [{ u: 'x', i: '64', h: { md5: Buffer.from(md5, 'hex').toString('base64') } }, { hashes: { md5 } }],
      [
        { u: 'x', i: 'odd', s: -5, m: 'soon', e: '' },
        { size: null, sizeExact: false, modifiedAt: null, version: '?' },
      ],
      [{ u: 'notes.txt', i: 't' }, { skip: 'not_an_image' }],
      // Not to be followed, and not lost.
      [{ i: 'no address' }, { skip: 'bad_name', locator: null, name: 'no%20address' }],
      [{ u: 'x' }, { skip: 'bad_name', locator: null }],
      [
        { u: 'javascript:alert(1)', i: 'j' },
        { skip: 'bad_name', locator: null },
      ],
      [
        { u: 'file:///etc/passwd', i: 'f' },
        { skip: 'bad_name', locator: null },
      ],
      [
        { u: 'http://u:p@h/', i: 'c' },
        { skip: 'bad_name', locator: null },
      ],
      [
        { u: '//u:p@h/', i: 'c2' },
        { skip: 'bad_name', locator: null },
      ],
      [
        { u: 'http://evil\\@127.0.0.1/', i: 'p' },
        { skip: 'bad_name', locator: null },
      ],
      [
        { u: 'a\nb', i: 'n' },
        { skip: 'bad_name', locator: null },
      ],
      [
        { u: 'x', i: 'k', n: 'evil\u001b[31m.jpg' },
        { skip: 'bad_name', name: 'evil%1B%5B31m.jpg' },
      ],
      [
        { u: 'x', i: 'dir/\u0000', n: 'a.jpg' },
        { skip: 'bad_name', name: 'a.jpg' },
      ],
      [{ u: 'x', i: 'y'.repeat(3_000) }, { skip: 'bad_name' }],
    ];
    const items = await first(
      { fields },
      rows.map(([element]) => element),
    );
    for (const [i, [element, expected]] of rows.entries()) {
      const item = items[i];
      assert.ok(item);
      for (const [name, value] of Object.entries(expected)) {
        assert.deepEqual(item[name as keyof SourceItem], value, `${name} of ${JSON.stringify(element)}`);
      }
    }
    assert.equal(new Set(items.map((item) => item.externalId)).size, items.length);
    // Elements that are texts, and an address that is made.
    const texts = await first({ fields: { url: '' } }, ['a.jpg', 5, null, 'b.jpg']);
    assert.deepEqual(
      texts.map((item) => item.name),
      ['a.jpg', '5', texts[2]?.name, 'b.jpg'],
    );
    assert.equal(texts[2]?.skip, 'bad_name');
    const made = await first(
      {
        fields: { url: 'https://files.example/{a.b}/{+path}?v={v}', id: 'path', etag: 'path' },
        include: ['*.jpg'],
      },
      [
        { a: { b: 'x/y' }, path: 'p q/r.jpg', v: 3 },
        { a: { b: '..' }, path: 'p.jpg', v: 3 },
        { a: {}, path: 'q.jpg', v: 3 },
        { a: { b: 'x' }, path: 's.png', v: 3 },
      ],
    );
    assert.deepEqual(
      made.map((item) => [item.locator, item.skip]),
      [
        ['https://files.example/x%2Fy/p%20q/r.jpg?v=3', undefined],
        [null, 'bad_name'],
        [null, 'bad_name'],
      ],
    );
  });

  it('knows a file again whose address is signed anew each time', async () => {
    const rows: [string, string][] = [
      ['a.jpg?X-Amz-Algorithm=A&x-amz-date=1&X-Amz-Signature=s&versionId=3', 'a.jpg?versionId=3'],
      ['a.jpg?X-Goog-Signature=s&X-Goog-Date=1', 'a.jpg'],
      ['a.jpg?AWSAccessKeyId=k&Expires=5&Signature=s', 'a.jpg'],
      ['a.jpg?w=100&Policy=p&Signature=s&Key-Pair-Id=k', 'a.jpg?w=100'],
      ['a.jpg?sv=2020&se=1&sr=b&sp=r&sig=s', 'a.jpg'],
      // Not signatures.
      ['a.jpg?expires=never&sv=1', 'a.jpg?expires=never&sv=1'],
    ];
    for (const [written, known] of rows) {
      const [item] = await first({}, [{ url: written }]);
      assert.equal(item?.externalId, server.url + known);
      assert.equal(item?.locator, server.url + written);
    }
  });

  it('tells an address that ran out, and a server without credentials, from credentials that are wrong', async () => {
    const give = { type: 'bearer', token: 's3cr3t-token' };
    const document = [
      { url: `${other.url}a.jpg?X-Amz-Signature=1` },
      { url: `${other.url}b.jpg` },
      { url: 'c.jpg' },
    ];
    server.answer((socket, { path: asked }) =>
      socket.write(asked === '/api' ? json(document) : response(403)),
    );
    other.answer(say(response(403)));
    const source = open({}, give);
    const { items } = await source.list(null, never());
    const failures = [
      await assertFailure(fetch(source, items[0]!), 'read_denied'),
      await assertFailure(fetch(source, items[1]!), 'read_denied'),
      await assertFailure(fetch(source, items[2]!), 'auth_failed'),
    ];
    assert.match(failures[0]?.message ?? '', /signed.*run out/);
    assert.match(failures[1]?.message ?? '', /no credentials/);
    for (const failure of failures) assert.doesNotMatch(inspect(failure, { depth: 9 }), /s3cr3t/);
    // Nobody else sees them.
    assert.ok(other.requests.length > 0);
    assert.doesNotMatch(JSON.stringify(other.requests), /s3cr3t/);
    assert.equal(server.requests.at(-1)?.headers['authorization'], 'Bearer s3cr3t-token');
    assert.doesNotMatch(JSON.stringify(items), /s3cr3t/);
  });

  it('sends its fixed headers to its own server', async () => {
    const document = [
      { url: `${other.url}a.jpg`, etag: 1 },
      { url: 'b.jpg', etag: 1 },
    ];
    server.answer((socket, { path: asked }) =>
      socket.write(asked === '/api' ? json(document) : response(200, {}, 'x')),
    );
    const source = open({
      fields: { url: 'url', etag: 'etag' },
      headers: { Accept: 'application/vnd.api+json', 'X-Version': '2' },
    });
    const { items } = await source.list(null, never());
    for (const item of items) await fetch(source, item);
    const sent = (requests: RawServer['requests']) =>
      requests.map(({ headers }) => [headers['accept'], headers['x-version']]);
    assert.deepEqual(sent(server.requests), [
      ['application/vnd.api+json', '2'],
      ['*/*', '2'],
    ]);
    assert.deepEqual(sent(other.requests), [['*/*', undefined]]);
  });

  it('asks for the heads of files of which the API tells no version, and stops where they are refused', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `${i}.jpg`);
    server.answer((socket, { method, path: asked }) => {
      if (method !== 'HEAD') socket.write(json(names.map((url) => ({ url, size: 7 }))));
      else if (asked === '/3.jpg') socket.write(response(200, { ETag: '"v3"', 'Content-Length': '7' }));
      else socket.write(response(404));
    });
    const { items } = await open({ fields: { url: 'url', size: 'size' } }).list(null, never());
    assert.deepEqual(
      items.slice(2, 5).map((item) => item.version),
      ['?', '"v3"', '?'],
    );
    server.answer((socket, { method }) =>
      socket.write(method === 'HEAD' ? response(403) : json(names.map((url) => ({ url: other.url + url })))),
    );
    other.answer(say(response(403)));
    const refused = await open().list(null, never());
    assert.deepEqual(new Set(refused.items.map((item) => item.version)), new Set(['?']));
    assert.ok(other.requests.length <= 21, `${other.requests.length} requests`);
    // Where the API tells, nothing is asked.
    server.requests.length = 0;
    await first({ fields: { url: 'url', etag: 'e' } }, [{ url: 'a.jpg', e: 'x' }]);
    assert.equal(server.requests.length, 1);
  });

  describe('goes from page to page', () => {
    const body = { items: 'i', fields: { url: 'u', etag: 'u' }, next: { type: 'body', path: 'n' } };

    it('by links as they are written', async () => {
      const rows: [string, string | null][] = [
        ['</p2>; rel="next"', '/p2'],
        ['<p1>; rel=prev, <?page=2>; title="a, <b>; rel=next"; rel="last next"', '/api?page=2'],
        ['</x,y>; rel=NEXT; title=x', '/x,y'],
        ['</p>; rel="nextish"', null],
        ['</p>; rev=next', null],
        ['<', null],
        [`${'<'.repeat(5_000)}`, null],
      ];
      for (const [link, expected] of rows) {
        server.requests.length = 0;
        server.answer((socket, { path: asked }) =>
          socket.write(json([], asked === '/api' && server.requests.length === 1 ? { Link: link } : {})),
        );
        await readAll(() => open({ next: { type: 'link-header' } }));
        assert.deepEqual(
          server.requests.map((request) => request.path),
          expected === null ? ['/api'] : ['/api', expected],
          link,
        );
      }
      server.answer((socket, { path: asked }) =>
        socket.write(
          asked === '/p2'
            ? json([])
            : response(200, { 'Content-Length': '2', Link: ['</a>; rel=first', '</p2>; rel=next'] }, '[]'),
        ),
      );
      await readAll(() => open({ next: { type: 'link-header' } }));
      assert.equal(server.requests.at(-1)?.path, '/p2');
    });

    it('and never to another server', async () => {
      const give = { type: 'bearer', token: 's3cr3t' };
      for (const next of [
        `${other.url}p2`,
        `//127.0.0.1:${other.port}/`,
        server.url.replace('http:', 'https:'),
      ]) {
        server.answer(say(json({ i: [], n: next }, { Link: `<${next}>; rel=next` })));
        for (const options of [body, { items: 'i', next: { type: 'link-header' } }]) {
          await assertFailure(
            readAll(() => open(options, give)),
            'redirect_refused',
          );
        }
      }
      server.answer(say(response(302, { Location: `${other.url}api` })));
      await assertFailure(open({}, give).list(null, never()), 'redirect_refused');
      assert.equal(other.requests.length, 0);
      // A cursor that somebody changed leads nowhere else either.
      const cursor = { at: { url: `${other.url}p` }, done: 0, pages: 1, recent: [], landmark: null };
      await assertFailure(open(body, give).list(cursor, never()), 'redirect_refused');
      for (const wrong of [5, {}, { ...cursor, done: -1 }, { ...cursor, at: { page: 1 } }]) {
        await assertFailure(open(body).list(wrong as Json, never()), 'internal_error');
      }
    });

    it('and takes what is no address for a broken answer', async () => {
      for (const next of ['http://[', 'ftp://h/', 'a\nb', 'http://u:p@h/']) {
        server.answer(say(json({ i: [], n: next })));
        await assertFailure(
          readAll(() => open(body)),
          'bad_response',
        );
      }
      for (const end of [null, '', false, 0]) {
        server.answer(say(json({ i: [], n: end })));
        assert.deepEqual((await readAll(() => open(body))).items, []);
      }
    });

    it('and notices circles, however long', async function () {
      this.timeout(240_000);
      for (const circle of [1, 2, 7, 50]) {
        let served = 0;
        server.answer((socket, { path: asked }) => {
          served++;
          const page = Number(/p=(\d+)/.exec(asked)?.[1] ?? 0);
          const next = page === 0 ? 1 : ((page - 1 + 1) % circle) + 1;
          socket.write(json({ i: [{ u: `${page}.jpg` }], n: `?p=${next}` }));
        });
        const failure = await assertFailure(
          readAll(() => open(body)),
          'bad_response',
        );
        assert.match(failure.message, /circle/);
        assert.ok(served <= 4 * circle + 4, `${served} pages for a circle of ${circle}`);
      }
      // A server that takes no notice of numbers, or of tokens.
      const same = (socket: Parameters<Answer>[0]) =>
        void socket.write(json({ i: [{ u: 'a.jpg' }, { u: 'b.jpg' }], n: 'same' }));
      for (const next of [
        { type: 'page', parameter: 'p' },
        { type: 'offset', parameter: 'o', size: 2 },
        { type: 'cursor', path: 'n', parameter: 'c' },
      ]) {
        server.requests.length = 0;
        server.answer(same);
        await assertFailure(
          readAll(() => open({ ...body, next })),
          'bad_response',
        );
        assert.ok(server.requests.length <= 3);
      }
    });

    it('with a cursor that stays small, over thousands of pages', async function () {
      this.timeout(240_000);
      server.answer((socket, { path: asked }) => {
        const page = Number(/page=(\d+)/.exec(asked)?.[1]);
        socket.write(json({ i: page < 1_500 ? [{ u: `${page}.jpg` }] : [] }));
      });
      let largest = 0;
      let cursor: Json = null;
      let count = 0;
      do {
        const page = await open({ ...body, next: { type: 'page', parameter: 'page', first: 0 } }).list(
          cursor,
          never(),
        );
        count += page.items.length;
        cursor = page.next;
        largest = Math.max(largest, JSON.stringify(cursor).length);
      } while (cursor !== null);
      assert.equal(count, 1_500);
      assert.ok(largest < 2_000, `${largest} characters`);
      const far = { at: { number: 1 }, done: 0, pages: 99_999, recent: [], landmark: null };
      await assertFailure(
        open({ ...body, next: { type: 'page', parameter: 'page' } }).list(far, never()),
        'listing_too_large',
      );
    });

    it('to the end that APIs with numbers give', async () => {
      const next = { type: 'page', parameter: 'page', size_parameter: 'n', size: 2 };
      server.answer((socket, { path: asked }) =>
        socket.write(asked === '/api?page=1&n=2' ? json({ i: [{ u: 'a.jpg' }] }) : response(404)),
      );
      assert.equal((await readAll(() => open({ ...body, next }))).items.length, 1);
      server.answer(say(response(404)));
      await assertFailure(open({ ...body, next }).list(null, never()), 'source_not_found');
      // A later page that is something else is not taken for the end.
      server.answer((socket, { path: asked }) =>
        socket.write(asked === '/api?page=1&n=2' ? json({ i: [{ u: 'a.jpg' }] }) : json({ error: 'x' })),
      );
      await assertFailure(
        readAll(() => open({ ...body, next })),
        'bad_response',
      );
    });

    it('and hands a page over in several without asking for it again, to the same visitor only', async () => {
      const items = Array.from({ length: 2_500 }, (_, i) => ({ u: `${i}.jpg` }));
      server.answer((socket, { headers }) =>
        socket.write(headers['x-key'] === 'k' ? json({ i: items }) : response(401)),
      );
      const kind = make();
      const parsed = kind.parse(`${server.url}api`, { items: 'i', fields: { url: 'u', etag: 'u' } });
      const as = (credentials: unknown) => kind.open(parsed, visitor(credentials));
      const key = { type: 'header', name: 'X-Key', value: 'k' };
      const one = await as(key).list(null, never());
      assert.equal(one.items.length, 1_000);
      await assertFailure(as(null).list(one.next, never()), 'auth_failed');
      assert.doesNotMatch(JSON.stringify(one.next), /x-key/i);
      const asked = server.requests.length;
      const two = await as(key).list(one.next, never());
      const three = await as(key).list(two.next, never());
      assert.deepEqual([two.items.length, three.items.length, three.next], [1_000, 500, null]);
      assert.equal(server.requests.length, asked);
    });
  });

  it('says what is wrong with an answer, by type', async () => {
    const rows: [Buffer, string][] = [
      [response(401), 'auth_failed'],
      [response(403), 'auth_failed'],
      [response(404), 'source_not_found'],
      [response(429, { 'Retry-After': '7' }), 'source_throttled'],
      [response(503), 'source_error'],
      [response(204), 'bad_response'],
      [response(206), 'bad_response'],
      [response(200, { 'Content-Type': 'text/html' }, '<title>Login</title>'), 'bad_response'],
      [response(200, {}, ''), 'bad_response'],
      [response(200, {}, '[{"url":"a.jpg"}'), 'bad_response'],
      [response(200, { 'Content-Encoding': 'gzip' }, 'x'), 'bad_response'],
      [response(200, {}, '[{"url":"a.jpg",}]'), 'bad_response'],
    ];
    for (const [answer, type] of rows) {
      server.answer(say(answer));
      const failure = await assertFailure(open().list(null, never()), type as 'auth_failed');
      if (type === 'source_throttled') assert.equal(failure.retryAfterMs, 7_000);
    }
    server.answer((socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n[{"url":"a"}'));
    await assertFailure(open().list(null, never()), 'short_read');
    server.answer(() => {});
    await assertFailure(open().list(null, never()), 'source_timeout');
  });
});
