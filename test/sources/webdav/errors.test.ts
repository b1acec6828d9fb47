import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import type { FailureType } from '../../../domain/failures.ts';
import createWebdavKind from '../../../sources/kinds/webdav/kind.ts';
import { createHttpClient } from '../../../sources/reach/client.ts';
import { createGuard } from '../../../sources/reach/guard.ts';
import type { Source, SourceItem } from '../../../sources/source.ts';
import { assertFailure } from '../contract.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { type RawServer, response, startRawServer } from '../rawServer.ts';

const signal = () => new AbortController().signal;
const give = { type: 'bearer', token: 's3cr3t-token' };

const entry = (href: string, folder: boolean) =>
  `<d:response><d:href>${href}</d:href><d:propstat><d:prop><d:resourcetype>${folder ? '<d:collection/>' : ''}` +
  '</d:resourcetype></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>';
const multistatus = (...entries: string[]) =>
  `<d:multistatus xmlns:d="DAV:">${entries.join('')}</d:multistatus>`;

describe('refusals of WebDAV servers', () => {
  let server: RawServer;
  let scratch: string;
  let counter = 0;
  const deps = kindDeps();
  const kind = createWebdavKind(deps);
  const open = () => kind.open(kind.parse(`webdav://127.0.0.1:${server.port}/dav/`), visitor(give));
  const item = (url = `http://127.0.0.1:${server.port}/dav/a.jpg`): SourceItem => ({
    externalId: 'a.jpg',
    name: 'a.jpg',
    locator: url,
    size: null,
    sizeExact: false,
    modifiedAt: null,
    version: 'v',
  });
  const fetch = (source: Source = open(), what = item()) =>
    source.fetch(what, { toPath: path.join(scratch, `f${counter++}`), maxBytes: 1e6, signal: signal() });

  before(async () => {
    server = await startRawServer();
    scratch = await fs.mkdtemp(path.join(os.tmpdir(), 'webdav-'));
  });
  beforeEach(() => {
    server.requests.length = 0;
  });
  after(async () => {
    await deps.client.close();
    await server.close();
    await fs.rm(scratch, { recursive: true });
  });

  it('tells what each means for a listing and for a file', async () => {
    const rows: readonly [number, FailureType, FailureType][] = [
      [401, 'auth_failed', 'auth_failed'],
      [403, 'auth_failed', 'read_denied'],
      [404, 'source_not_found', 'vanished'],
      [410, 'source_not_found', 'vanished'],
      [429, 'source_throttled', 'source_throttled'],
      [405, 'not_a_listing', 'source_error'],
      [501, 'not_a_listing', 'source_error'],
      [423, 'source_error', 'source_error'],
      [500, 'source_error', 'source_error'],
      [503, 'source_error', 'source_error'],
      [206, 'bad_response', 'bad_response'],
    ];
    for (const [status, listing, file] of rows) {
      server.answer((socket) => socket.write(response(status, { 'Retry-After': '7' }, 'upstream words')));
      for (const failure of [
        await assertFailure(open().list(null, signal()), listing),
        await assertFailure(fetch(), file),
      ]) {
        assert.equal(failure.retryAfterMs, status === 429 || status === 503 ? 7_000 : undefined);
        assert.doesNotMatch(
          `${failure.message} ${failure.stack} ${inspect(failure, { depth: 9 })}`,
          /s3cr3t|upstream words/,
        );
      }
    }
    server.answer((socket) => socket.write(response(200, {}, '<html>a page</html>')));
    await assertFailure(open().list(null, signal()), 'not_a_listing');
    server.answer((socket) => socket.write(response(207, { 'Content-Encoding': 'gzip' }, 'x')));
    await assertFailure(open().list(null, signal()), 'bad_response');
    assert.ok(server.requests.every(({ headers }) => headers['authorization'] === 'Bearer s3cr3t-token'));
  });

  it('asks for one level at a time, and records a folder that it may not look into', async () => {
    server.answer((socket, request) => {
      const { path: asked } = request;
      if (request.method !== 'PROPFIND') socket.write(response(403));
      else if (asked === '/dav/')
        socket.write(
          response(
            207,
            {},
            multistatus(entry('/dav/', true), entry('/dav/shut', true), entry('/dav/gone/', true)),
          ),
        );
      else socket.write(response(asked === '/dav/shut/' ? 403 : 404));
    });
    const page = await open().list(null, signal());
    assert.equal(page.next, null);
    assert.deepEqual(
      page.items.map(({ externalId, skip }) => [externalId, skip]),
      [['shut/', undefined]],
    );
    assert.ok(server.requests.every(({ headers }) => headers['depth'] === '1'));
    assert.deepEqual(
      server.requests.map((request) => request.path),
      ['/dav/', '/dav/gone/', '/dav/shut/'],
    );
    await assertFailure(fetch(open(), page.items[0]), 'read_denied');
  });

  it('never ends up in a tree without end', async () => {
    server.answer((socket, { path: asked }) =>
      socket.write(response(207, {}, multistatus(entry(asked, true), entry(`${asked}again/`, true)))),
    );
    const source = kind.open(
      kind.parse(`webdav://127.0.0.1:${server.port}/dav/`, { maxDepth: 5 }),
      visitor(give),
    );
    assert.deepEqual(await source.list(null, signal()), { items: [], next: null });
    assert.equal(server.requests.length, 6);
  });

  it('keeps credentials and tree at the server that was named', async () => {
    const other = await startRawServer((socket) => socket.write(response(207, {}, multistatus())));
    server.answer((socket) => socket.write(response(302, { Location: `${other.url}dav/x/` })));
    await assertFailure(open().list(null, signal()), 'redirect_refused');
    assert.equal(other.requests.length, 0);
    // A file may lie elsewhere, as clouds do it; what was given for the first server stays there.
    other.answer((socket) => socket.write(response(200, {}, 'bytes')));
    server.answer((socket) => socket.write(response(302, { Location: `${other.url}stored` })));
    assert.equal((await fetch()).bytes, 5);
    assert.ok(other.requests.every(({ headers }) => !('authorization' in headers)));
    await assertFailure(fetch(open(), item(`${other.url}dav/a.jpg`)), 'internal_error');
    await other.close();
  });

  it('dials no private address', async () => {
    const dialled: string[] = [];
    const guard = createGuard({ allowPrivateNets: [], allowLoopback: false });
    const client = createHttpClient({
      guard,
      onConnect: (address) => dialled.push(address),
      resolve: async () => [{ address: '192.168.1.2', family: 4 }],
    });
    const strict = createWebdavKind(kindDeps({ guard, client }));
    for (const address of [
      `webdav://127.0.0.1:${server.port}/dav/`,
      'webdavs://nas.local/photos/',
      'webdav://[::1]/photos/',
      'https://cloud.internal/s/aB3dE6gH9jK2mN5',
    ]) {
      const source = strict.open(strict.parse(address), visitor(give));
      const failure = await assertFailure(source.list(null, signal()), 'ssrf_blocked');
      assert.doesNotMatch(failure.message, /192\.168/);
    }
    assert.deepEqual(dialled, []);
    assert.equal(server.requests.length, 0);
    await client.close();
  });
});
