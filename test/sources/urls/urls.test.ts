import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Failure } from '../../../domain/failures.ts';
import createUrlsKind from '../../../sources/kinds/urls/kind.ts';
import { createHttpClient, type HttpClient } from '../../../sources/reach/client.ts';
import { createGuard } from '../../../sources/reach/guard.ts';
import { createSourceRegistry } from '../../../sources/registry.ts';
import type { Json, Source } from '../../../sources/source.ts';
import { assertFailure, readAll } from '../contract.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { type RawServer, response, startRawServer } from '../rawServer.ts';

const never = () => new AbortController().signal;

describe('urls', () => {
  let here: RawServer;
  let there: RawServer;
  let client: HttpClient;

  beforeEach(async () => {
    here = await startRawServer((socket) => socket.write(response(200, { ETag: '"here"' }, 'x')));
    there = await startRawServer((socket) => socket.write(response(200, { ETag: '"there"' }, 'x')));
    const guard = createGuard({ allowPrivateNets: [], allowLoopback: true });
    client = createHttpClient({ guard, deadlines: { headersMs: 300, idleMs: 300, keepAliveMs: 100 } });
  });

  afterEach(async () => {
    await client.close();
    await here.close();
    await there.close();
  });

  const make = () => createUrlsKind(kindDeps({ client }));
  const open = (items: Json, credentials: unknown = null): Source => {
    const kind = make();
    return kind.open(kind.parse('urls:', { items }), visitor(credentials));
  };

  it('takes what people paste, and is one place whatever is in the list', () => {
    const kind = make();
    const text =
      ' https://Host/a.jpg \r\n\r\n# from the north station\nhttp://other:8080/b%20c.jpg#x\nhttps://host/a.jpg\n';
    const parsed = kind.parse(text);
    assert.deepEqual(parsed, {
      address: 'urls:',
      settings: {
        items: [{ url: 'https://host/a.jpg' }, { url: 'http://other:8080/b%20c.jpg' }],
        account: 'many hosts',
      },
    });
    assert.deepEqual(kind.parse(parsed.address, parsed.settings as { [name: string]: Json }), parsed);
    const one = kind.parse('whatever', {
      items: [{ url: 'https://host/a.jpg' }, { url: 'https://host/b.jpg' }],
    });
    assert.equal(one.address, 'urls:');
    assert.equal(kind.account(one), 'host');
    const registry = createSourceRegistry(kindDeps({ client }));
    assert.equal(registry.parse(text.replace('#', 'http://h/')).kind, 'urls');
    assert.equal(registry.parse('https://host/photos/').kind, 'http-directory');
    assert.equal(registry.parse('https://host/a.jpg', 'urls').kind, 'urls');
  });

  it('says which address of the list cannot be used, and does not repeat it', () => {
    const rows: [string, Json | undefined, RegExp][] = [
      ['', undefined, /"items"/],
      ['urls:', undefined, /"items"/],
      ['https://h/a.jpg\nftp://h/s3cr3t', undefined, /Address 2 .*http/],
      ['https://u:s3cr3t@h/a.jpg', undefined, /Address 1 .*separately/],
      ['http://evil\\@127.0.0.1/s3cr3t', undefined, /Address 1 .*backslash/],
      ['x', [{ url: 'https://h/', name: 'a/b' }], /"items.0.name"/],
      ['x', [{ url: 'https://h/', sha256: 'short' }], /"items.0.sha256"/],
      ['x', [{ url: 'https://h/', size: -1 }], /"items.0.size"/],
      ['x', [{ url: 'https://h/', modified: 'soon' }], /"items.0.modified"/],
      ['x', [{ url: 'https://h/', password: 'x' }], /"items.0.password"/],
      ['x', ['https://h/'], /"items.0"/],
      ['x', Array.from({ length: 10_001 }, (_, i) => ({ url: `https://h/${i}` })), /10000/],
      [
        'x',
        Array.from({ length: 2_200 }, (_, i) => ({ url: `https://h/${i}${'x'.repeat(4_000)}` })),
        /several lists/,
      ],
    ];
    for (const [text, items, message] of rows) {
      assert.throws(
        () => make().parse(text, items === undefined ? {} : { items }),
        (error) =>
          error instanceof Failure &&
          error.type === 'bad_address' &&
          message.test(error.message) &&
          !/s3cr3t/.test(error.message),
        text,
      );
    }
    assert.throws(() => make().open({ address: 'urls:', settings: {} }, visitor()), Failure);
  });

  it('tells what the list tells, and asks only for the rest', async () => {
    const sha256 = 'ab'.repeat(32);
    const items = [
      { url: `${here.url}a%20b.jpg`, etag: 'W/"v1"', size: 3 },
      { url: `${here.url}h`, sha256: sha256.toUpperCase(), name: 'h.jpg' },
      { url: `${here.url}m.jpg`, modified: '2021-05-31T08:25:38Z', size: 4 },
      { url: `${here.url}s.jpg?X-Amz-Signature=1`, size: 5 },
      { url: `${here.url}notes.txt` },
    ];
    const { items: found } = await readAll(() => open(items));
    assert.deepEqual(
      found.map((item) => [
        item.externalId,
        item.name,
        item.size,
        item.version,
        item.hashes?.sha256,
        item.skip,
      ]),
      [
        [`${here.url}a%20b.jpg`, 'a b.jpg', 3, '"v1"', undefined, undefined],
        [`${here.url}h`, 'h.jpg', null, sha256, sha256, undefined],
        [`${here.url}m.jpg`, 'm.jpg', 4, '4@2021-05-31T08:25:38.000Z', undefined, undefined],
        [`${here.url}s.jpg`, 's.jpg', 5, '"here"', undefined, undefined],
        [`${here.url}notes.txt`, 'notes.txt', null, '?@?', undefined, 'not_an_image'],
      ],
    );
    assert.deepEqual(
      here.requests.map(({ method, path: asked }) => `${method} ${asked}`),
      ['HEAD /s.jpg?X-Amz-Signature=1'],
    );
  });

  it('shows its credentials to their own server only, on the way to others too', async () => {
    const origin = new URL(here.url).origin;
    const give = { type: 'bearer', token: 's3cr3t', origin: here.url };
    const registry = createSourceRegistry(kindDeps({ client }));
    const parsed = registry.parse('urls:', 'urls', {
      items: [{ url: `${here.url}a.jpg` }, { url: `${there.url}b.jpg` }, { url: `${here.url}c.jpg` }],
    }).parsed;
    here.answer((socket, { path: asked }) =>
      socket.write(
        asked === '/c.jpg' ? response(302, { Location: `${there.url}c.jpg` }) : response(200, {}, 'x'),
      ),
    );
    const source = registry.open('urls', parsed, visitor(give));
    const { items } = await source.list(null, never());
    const scratch = await fs.mkdtemp(path.join(os.tmpdir(), 'urls-'));
    for (const [i, item] of items.entries()) {
      await source.fetch(item, { toPath: path.join(scratch, String(i)), maxBytes: 10, signal: never() });
    }
    assert.ok(here.requests.every(({ headers }) => headers['authorization'] === 'Bearer s3cr3t'));
    assert.equal(there.requests.length, 4);
    assert.doesNotMatch(JSON.stringify(there.requests), /s3cr3t/);
    // A refusal of the server they are for is everybody's; that of another ends one file.
    for (const server of [here, there]) server.answer((socket) => socket.write(response(401)));
    const options = (name: string) => ({ toPath: path.join(scratch, name), maxBytes: 10, signal: never() });
    await assertFailure(source.fetch(items[0]!, options('x')), 'auth_failed');
    await assertFailure(source.fetch(items[1]!, options('y')), 'read_denied');
    await assertFailure(source.list(null, never()), 'auth_failed');
    await fs.rm(scratch, { recursive: true });
    registry.open('urls', parsed, visitor({ ...give, origin }));
    for (const wrong of [
      { ...give, origin: 'ftp://h' },
      { ...give, origin: '' },
      { ...give, token: '' },
      { type: 'bearer', token: 'x' },
    ]) {
      assert.throws(
        () => registry.open('urls', parsed, visitor(wrong)),
        (error) => error instanceof Failure && error.type === 'auth_failed',
      );
    }
  });

  it('does not let one server spoil the list for the others', async () => {
    const gone = await startRawServer();
    await gone.close();
    const items = [
      ...Array.from({ length: 50 }, (_, i) => ({ url: `${gone.url}${i}.jpg` })),
      ...Array.from({ length: 50 }, (_, i) => ({ url: `${there.url}${i}.jpg` })),
      { url: 'http://10.0.0.1/private.jpg' },
      { url: `${here.url}a.jpg` },
    ];
    there.answer((socket) => socket.write(response(429, { 'Retry-After': '9' })));
    const { items: found } = await readAll(() => open(items));
    assert.equal(found.length, 102);
    assert.deepEqual(new Set(found.slice(0, 101).map((item) => item.version)), new Set(['?@?']));
    assert.equal(found[101]?.version, '"here"');
    assert.ok(there.requests.length <= 20, `${there.requests.length} requests`);
    // When it is all of them, the page is tried again.
    const failure = await assertFailure(open(items.slice(50, 100)).list(null, never()), 'source_throttled');
    assert.equal(failure.retryAfterMs, 9_000);
    // One that is away is left to the fetches, which are patient.
    assert.equal((await open(items.slice(0, 50)).list(null, never())).items.length, 50);
  });

  it('goes on from any cursor, and refuses one that it never wrote', async () => {
    const items = Array.from({ length: 2_001 }, (_, i) => ({ url: `${here.url}${i}.jpg`, etag: 'v' }));
    const { items: found, pages } = await readAll(() => open(items));
    assert.deepEqual([found.length, pages], [2_001, 3]);
    assert.equal(here.requests.length, 0);
    for (const cursor of [5, {}, { at: -1 }, { at: 'x' }]) {
      await assertFailure(open(items).list(cursor as Json, never()), 'internal_error');
    }
  });
});
