import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebCredentials } from '../../../sources/credentials.ts';
import createHttpDirectoryKind from '../../../sources/kinds/http-directory/kind.ts';
import { createHttpClient, type HttpClient } from '../../../sources/reach/client.ts';
import { createGuard } from '../../../sources/reach/guard.ts';
import type { Json, Source } from '../../../sources/source.ts';
import { assertFailure, readAll } from '../contract.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { type RawServer, response, startRawServer } from '../rawServer.ts';

interface Element {
  name: string;
  type?: string;
  size?: number;
  mtime?: string;
}

describe('http-directory', () => {
  let server: RawServer;
  let client: HttpClient;
  let tree: Record<string, Element[] | Buffer>;
  const never = () => new AbortController().signal;
  const json = (elements: Element[]) =>
    response(
      200,
      { 'Content-Type': 'application/json' },
      JSON.stringify(elements.map((each) => ({ type: 'file', size: 1, ...each }))),
    );
  const dir = (name: string): Element => ({ name, type: 'directory' });

  beforeEach(async () => {
    tree = {};
    server = await startRawServer((socket, { path: asked }) => {
      const found = tree[decodeURIComponent(asked)];
      if (found === undefined) socket.write(response(404));
      else socket.write(Buffer.isBuffer(found) ? found : json(found));
    });
    const guard = createGuard({ allowPrivateNets: [], allowLoopback: true });
    client = createHttpClient({ guard, deadlines: { headersMs: 200, idleMs: 200 } });
  });

  afterEach(async () => {
    await client.close();
    await server.close();
  });

  const open = (settings: Record<string, Json> = {}, credentials?: WebCredentials): Source => {
    const kind = createHttpDirectoryKind(kindDeps({ client }));
    return kind.open(kind.parse(server.url, settings), visitor(credentials ?? null));
  };
  const ids = async (settings: Record<string, Json> = {}) =>
    (await readAll(() => open(settings))).items.map((item) => item.externalId).sort();

  it('asks for the forms of a listing that say most, as they are', async () => {
    tree['/'] = [];
    await ids();
    assert.equal(server.requests[0]?.headers['accept'], 'application/json, text/xml;q=0.9, text/html;q=0.8');
    assert.equal(server.requests[0]?.headers['accept-encoding'], 'identity');
  });

  it('goes as deep as it is told, to what it is told', async () => {
    tree['/'] = [dir('a'), { name: '0.jpg' }];
    tree['/a/'] = [dir('b'), { name: '1.jpg' }, { name: '1.png' }];
    tree['/a/b/'] = [dir('c'), { name: '2.jpg' }];
    tree['/a/b/c/'] = [{ name: '3.jpg' }];
    assert.deepEqual(await ids(), ['0.jpg', 'a/1.jpg', 'a/1.png', 'a/b/2.jpg', 'a/b/c/3.jpg']);
    assert.deepEqual(await ids({ maxDepth: 1 }), ['0.jpg', 'a/1.jpg', 'a/1.png']);
    assert.deepEqual(await ids({ maxDepth: 0 }), ['0.jpg']);
    assert.deepEqual(await ids({ recursive: false }), ['0.jpg']);
    assert.deepEqual(await ids({ include: ['*.jpg'], exclude: ['a/1.*'] }), [
      '0.jpg',
      'a/b/2.jpg',
      'a/b/c/3.jpg',
    ]);
    server.requests.length = 0;
    assert.deepEqual(await ids({ exclude: ['a/b'] }), ['0.jpg', 'a/1.jpg', 'a/1.png']);
    assert.deepEqual(
      server.requests.map((request) => request.path),
      ['/', '/a/'],
    );
  });

  it('ends when a server invents directories without end', async () => {
    server.answer((socket) => socket.write(json([dir('again'), { name: 'x.jpg' }])));
    const found = await ids();
    assert.equal(found.length, 11);
    assert.equal(server.requests.length, 11);
    server.answer((socket) => socket.write(json(Array.from({ length: 60_000 }, (_, i) => dir(`d${i}`)))));
    await assertFailure(open().list(null, never()), 'listing_too_large');
  });

  it('goes on from any cursor in a fresh process, and refuses one that it never wrote', async () => {
    tree['/'] = [dir('a'), ...Array.from({ length: 1_500 }, (_, i) => ({ name: `${i}.jpg` }))];
    tree['/a/'] = [{ name: 'x.jpg' }];
    const first = await open().list(null, never());
    assert.equal(first.items.length, 1_000);
    const second = await open().list(first.next, never());
    assert.equal(second.items.length, 501);
    assert.equal(second.next, null);
    for (const cursor of [5, 'x', {}, { pending: [] }, { pending: [1], after: null, seen: 1 }]) {
      await assertFailure(open().list(cursor as Json, never()), 'internal_error');
    }
  });

  it('says what is wrong with the root, by type', async () => {
    const rows: [Buffer, string][] = [
      [response(401), 'auth_failed'],
      [response(403), 'auth_failed'],
      [response(404), 'source_not_found'],
      [response(410), 'source_not_found'],
      [response(429), 'source_throttled'],
      [response(500), 'source_error'],
      [response(304), 'bad_response'],
      [response(206), 'bad_response'],
      [
        response(200, { 'Content-Type': 'text/html' }, '<title>Login</title><input type=password>'),
        'not_a_listing',
      ],
      [response(200, { 'Content-Type': 'image/jpeg' }, 'x'), 'not_a_listing'],
      [response(200, { 'Content-Type': 'application/json' }, '[{"name":"x","type":"file"}'), 'bad_response'],
      [response(200, { 'Content-Type': 'text/html', 'Content-Encoding': 'gzip' }, 'x'), 'bad_response'],
      [response(302, { Location: '/elsewhere/' }), 'redirect_refused'],
      [response(302, { Location: 'http://localhost:1/' }), 'redirect_refused'],
      [response(302, { Location: '/login?next=/' }), 'redirect_refused'],
    ];
    for (const [answer, type] of rows) {
      server.answer((socket) => socket.write(answer));
      await assertFailure(open().list(null, never()), type as 'auth_failed');
    }
    server.answer(
      (socket) =>
        void socket.end(
          'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900\r\n\r\n<title>Index of /</title>',
        ),
    );
    await assertFailure(open().list(null, never()), 'short_read');
    server.answer(() => {});
    await assertFailure(open().list(null, never()), 'source_timeout');
  });

  it('turns a sub-directory that cannot be listed into an item with that reason', async () => {
    tree['/'] = [dir('closed'), dir('gone'), dir('loop'), dir('page'), { name: 'x.jpg' }];
    tree['/closed/'] = response(403);
    tree['/page/'] = response(200, { 'Content-Type': 'text/html' }, '<h1>Welcome</h1>');
    tree['/loop/'] = response(302, { Location: '../' });
    const { items } = await readAll(() => open());
    assert.deepEqual(items.map((item) => item.externalId).sort(), ['closed/', 'loop/', 'page/', 'x.jpg']);
    const scratch = await fs.mkdtemp(path.join(os.tmpdir(), 'closed-'));
    const closed = items.find((item) => item.externalId === 'closed/');
    assert.ok(closed);
    const toPath = path.join(scratch, 'f');
    await assertFailure(open().fetch(closed, { toPath, maxBytes: 1e6, signal: never() }), 'auth_failed');
    await fs.rm(scratch, { recursive: true });
    // What may pass is tried again as a whole.
    for (const [status, type] of [
      [503, 'source_error'],
      [429, 'source_throttled'],
    ] as const) {
      tree['/closed/'] = response(status);
      await assertFailure(
        readAll(() => open()),
        type,
      );
    }
  });

  it('follows the redirect that adds a slash or another spelling, and no other', async () => {
    tree['/'] = [dir('sub dir')];
    tree['/sub dir/'] = [{ name: 'x.jpg' }];
    const normal = await ids();
    server.answer((socket, { path: asked }) => {
      if (asked === '/sub%20dir/') socket.write(response(301, { Location: '/%73ub%20dir' }));
      else if (asked === '/%73ub%20dir') socket.write(json([{ name: 'x.jpg' }]));
      else socket.write(json([dir('sub dir')]));
    });
    assert.deepEqual(await ids(), normal);
  });

  it('shows its credentials with every request to the origin, and only there', async () => {
    const other = await startRawServer((socket) => socket.write(response(200, {}, 'x')));
    const give = { type: 'header', name: 'X-Api-Key', value: 'k' } as const;
    server.answer((socket, { path: asked, headers }) => {
      if (headers['x-api-key'] !== 'k') socket.write(response(401));
      else if (asked === '/') socket.write(json([{ name: 'a.jpg' }]));
      else socket.write(response(302, { Location: `${other.url}a.jpg` }));
    });
    await assertFailure(open().list(null, never()), 'auth_failed');
    const source = open({}, give);
    const { items } = await source.list(null, never());
    const scratch = await fs.mkdtemp(path.join(os.tmpdir(), 'auth-'));
    const got = await source.fetch(items[0]!, {
      toPath: path.join(scratch, 'f'),
      maxBytes: 1e6,
      signal: never(),
    });
    assert.equal(got.bytes, 1);
    assert.equal(other.requests[0]?.headers['x-api-key'], undefined);
    assert.doesNotMatch(JSON.stringify(items), /x-api-key/i);
    await fs.rm(scratch, { recursive: true });
    await other.close();
  });

  it('does not show one visitor the pages that it holds for another', async () => {
    const kind = createHttpDirectoryKind(kindDeps({ client }));
    const parsed = kind.parse(server.url);
    server.answer((socket, { headers }) =>
      socket.write(
        headers['x-key']
          ? json(Array.from({ length: 1_500 }, (_, i) => ({ name: `${i}.jpg` })))
          : response(401),
      ),
    );
    const first = await kind
      .open(parsed, visitor({ type: 'header', name: 'X-Key', value: 'k' }))
      .list(null, never());
    assert.notEqual(first.next, null);
    await assertFailure(kind.open(parsed, visitor()).list(first.next, never()), 'auth_failed');
  });

  it('asks for the head of files of which the listing tells nothing else', async () => {
    const page = (names: string[]) =>
      response(
        200,
        { 'Content-Type': 'text/html' },
        `<title>Directory listing for /</title>${names.map((name) => `<a href="${name}">${name}</a>`).join('')}`,
      );
    const heads: Record<string, Buffer> = {
      '/tagged.jpg': response(200, {
        ETag: 'W/"v1"',
        'Content-Length': '7',
        'Last-Modified': 'Mon, 31 May 2021 08:25:38 GMT',
      }),
      '/plain.jpg': response(200, {
        'Content-Length': '8',
        'Last-Modified': 'Mon, 31 May 2021 08:25:38 GMT',
      }),
      '/none.jpg': response(200, { 'Transfer-Encoding': 'chunked' }),
      '/refused.jpg': response(405),
      '/moved.jpg': response(302, { Location: '/plain.jpg' }),
    };
    server.answer((socket, { method, path: asked }) => {
      if (method === 'HEAD') socket.write(heads[asked] ?? response(404));
      else socket.write(page([...Object.keys(heads).map((name) => name.slice(1)), 'notes.txt']));
    });
    const { items } = await open().list(null, never());
    const told = Object.fromEntries(
      items.map((item) => [item.name, [item.size, item.sizeExact, item.version]]),
    );
    assert.deepEqual(told, {
      'tagged.jpg': [7, true, '"v1"'],
      'plain.jpg': [8, true, '8@2021-05-31T08:25:38.000Z'],
      'none.jpg': [null, false, '?@?'],
      'refused.jpg': [null, false, '?@?'],
      'moved.jpg': [8, true, '8@2021-05-31T08:25:38.000Z'],
      'notes.txt': [null, false, '?@?'],
    });
    assert.ok(!server.requests.some((request) => request.method === 'HEAD' && request.path === '/notes.txt'));
    heads['/plain.jpg'] = response(429, { 'Retry-After': '5' });
    const failure = await assertFailure(open().list(null, never()), 'source_throttled');
    assert.equal(failure.retryAfterMs, 5_000);
    // Where the listing tells something, nothing more is asked.
    await sleep(50);
    server.requests.length = 0;
    server.answer((socket) => socket.write(json([{ name: 'x.jpg' }])));
    await open().list(null, never());
    assert.equal(server.requests.length, 1);
  });

  it('stops asking when the server has had enough', async () => {
    const names = Array.from({ length: 1_000 }, (_, i) => `${i}.jpg`);
    const page = `<title>Index of /</title>${names.map((name) => `<a href="${name}">${name}</a>`).join('\n')}`;
    server.answer((socket, { method }) => {
      if (method === 'HEAD') socket.write(response(429));
      else socket.write(response(200, { 'Content-Type': 'text/html' }, page));
    });
    await assertFailure(open().list(null, never()), 'source_throttled');
    await sleep(50);
    assert.ok(server.requests.length <= 13, `${server.requests.length} requests`);
  });

  it('never lists what hostile pages point to', async () => {
    const links = [
      'http://evil/x.jpg',
      '//evil/x',
      '../../etc/passwd',
      '%2e%2e/',
      'javascript:x',
      'data:x',
      '?C=N;O=D',
      'a%2f..%2fb',
      'ok.jpg',
    ];
    server.answer((socket) =>
      socket.write(
        response(
          200,
          { 'Content-Type': 'text/html' },
          `<title>Index of /</title><base href="http://evil/">${links.map((href) => `<a href="${href}">x</a> 31-May-2021 08:25 1\n`).join('')}`,
        ),
      ),
    );
    const { items } = await open().list(null, never());
    assert.deepEqual(
      items.map((item) => [item.externalId, item.skip, item.locator]),
      [
        ['//a%2f..%2fb', 'bad_name', null],
        ['ok.jpg', undefined, `${server.url}ok.jpg`],
      ],
    );
  });
});
