import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Failure } from '../../../domain/failures.ts';
import { createHttpClient, type HttpClient } from '../../../sources/reach/client.ts';
import { createGuard, type Guard } from '../../../sources/reach/guard.ts';
import { createSourceRegistry, type SourceRegistry } from '../../../sources/registry.ts';
import type { Json, SourceItem } from '../../../sources/source.ts';
import { assertFailure } from '../contract.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { type RawServer, response, startRawServer } from '../rawServer.ts';
import { type Connects, watchConnects } from './connects.ts';
import { LITERALS, lookUp, NAMES, PORTS } from './payloads.ts';

interface Way {
  /** The address of a place on a host, `host` or `host:port`, in all spellings of its scheme. */
  addresses(host: string): string[];
  options?: (host: string) => { [name: string]: Json };
  credentials?: unknown;
  /** Ports of the protocol itself, which the guard opens for it. */
  usual?: readonly number[];
}

/** How to point each kind at a host. A new kind that takes addresses needs a line here. */
const WAYS: Record<string, Way> = {
  'http-directory': { addresses: (host) => [`http://${host}/`, `https://${host}/x/`] },
  archive: { addresses: (host) => [`http://${host}/a.zip`, `https://${host}/b.zip`] },
  rest: { addresses: (host) => [`http://${host}/api?x=1`, `https://${host}/`] },
  urls: { addresses: (host) => [`http://${host}/a.jpg`, `https://${host}/b`] },
  webdav: { addresses: (host) => [`webdav://${host}/dav/`, `webdavs://${host}/dav/`] },
  s3: {
    addresses: (host) => [`s3+http://${host}/bucket/prefix/`, `s3+https://${host}/bucket/`],
    credentials: null,
  },
  sftp: {
    addresses: (host) => [`sftp://${host}/photos/`],
    credentials: { type: 'basic', username: 'camera', password: 'x' },
    usual: [22],
  },
  ftp: { addresses: (host) => [`ftp://${host}/photos/`, `ftps://${host}/photos/`], usual: [21, 990] },
};

/** Kinds that ask a fixed provider, or no network at all. */
const FIXED = new Set(['folder', 'google_drive', 'dropbox']);

const never = () => new AbortController().signal;

describe('every kind of source, pointed at addresses that nobody may reach', () => {
  let scratch: string;
  let connects: Connects;
  let client: HttpClient;
  let guard: Guard;
  let registry: SourceRegistry;
  let counter = 0;

  function build(allowLoopback: boolean): void {
    guard = createGuard({ allowPrivateNets: [], allowLoopback, lookUp });
    client = createHttpClient({ guard, deadlines: { headersMs: 500, keepAliveMs: 50 } });
    registry = createSourceRegistry(kindDeps({ client, guard }));
  }

  before(async () => {
    scratch = await fs.mkdtemp(path.join(os.tmpdir(), 'kinds-'));
  });
  after(() => fs.rm(scratch, { recursive: true }));
  beforeEach(() => {
    build(false);
    connects = watchConnects();
  });
  afterEach(async () => {
    connects.stop();
    await client.close();
  });

  /** Lists a place and fetches the first file that is found there. */
  async function visit(kind: string, address: string, way: Way): Promise<void> {
    const { parsed } = registry.parse(address, kind, way.options?.(address));
    const source = registry.open(kind, parsed, visitor(way.credentials ?? null));
    try {
      const [item] = (await source.list(null, never())).items;
      if (item) await fetch(kind, parsed, item);
    } finally {
      await source.close();
    }
  }

  async function fetch(kind: string, parsed: Parameters<SourceRegistry['open']>[1], item: SourceItem) {
    const source = registry.open(kind, parsed, visitor());
    const toPath = path.join(scratch, String(counter++));
    try {
      await source.fetch(item, { toPath, maxBytes: 1e6, signal: never() });
    } finally {
      await source.close();
    }
  }

  const takers = createSourceRegistry(kindDeps())
    .kinds.map(({ kind }) => kind)
    .filter((kind) => !FIXED.has(kind));

  it('notices a connection that is tried', async () => {
    const server = await startRawServer((socket) => socket.end(response(404)));
    await client.close();
    build(true);
    await assertFailure(visit('http-directory', server.url, WAYS['http-directory']!), 'source_not_found');
    assert.deepEqual(connects.tried, [`127.0.0.1 ${server.port}`]);
    await server.close();
  });

  it('has a way to point each kind at a host', () => {
    for (const kind of takers) assert.ok(WAYS[kind], `WAYS has no line for "${kind}"`);
  });

  const hosts = [...LITERALS, ...LITERALS.map((host) => `${host}:8443`), ...Object.keys(NAMES), 'LOCALHOST'];

  for (const kind of takers) {
    const way = WAYS[kind];
    if (way === undefined) continue;
    const addresses = hosts.flatMap((host) => way.addresses(host));

    it(`${kind}: ${addresses.length} of ${addresses.length} addresses blocked, none dialled`, async function () {
      this.timeout(240_000);
      const texts = new Set<string>();
      for (const address of addresses) {
        const failure = await visit(kind, address, way).then(
          () => assert.fail(`${address} was reached`),
          (error: unknown) => error,
        );
        assert.ok(failure instanceof Failure, `${address}: ${String(failure)}`);
        // Schemes other than http may refuse a spelling of a host as such.
        assert.ok(['ssrf_blocked', 'bad_address'].includes(failure.type), `${address}: ${failure.message}`);
        if (failure.type === 'ssrf_blocked') texts.add(failure.message);
      }
      assert.deepEqual(connects.tried, []);
      assert.equal(texts.size, 1);
      assert.doesNotMatch([...texts][0] ?? '', /\d/);
    });

    it(`${kind}: the ports of other services are closed on a host that is allowed`, async () => {
      await client.close();
      build(true);
      const ports = PORTS.filter((port) => !way.usual?.includes(port));
      for (const address of ports.flatMap((port) => way.addresses(`127.0.0.1:${port}`))) {
        await assertFailure(visit(kind, address, way), 'ssrf_blocked', 'bad_address');
      }
      assert.deepEqual(connects.tried, []);
    });

    it(`${kind}: addresses that two parsers read differently are refused as such`, () => {
      const [plain = ''] = way.addresses('HOST');
      const rows = [
        ['HOST', 'evil\\@127.0.0.1'],
        ['HOST', 'a@b@127.0.0.1'],
        ['HOST', 'user:s3cr3t@127.0.0.1'],
        ['HOST', 'exa\tmple.com'],
        ['HOST', 'exa\nmple.com'],
        ['HOST', ''],
        ['HOST', '127.0.0.1:0'],
        ['HOST', '127.0.0.1:65536'],
        ['HOST', '127.0.0.1%2f@evil'],
      ];
      for (const [from = '', to = ''] of rows) {
        const address = plain.replace(from, to);
        assert.throws(
          () => registry.parse(address, kind, way.options?.(address)),
          (error) =>
            error instanceof Failure && error.type === 'bad_address' && !/s3cr3t/.test(error.message),
          address,
        );
      }
    });
  }

  describe('by what a server says', () => {
    let server: RawServer;

    beforeEach(async () => {
      connects.stop();
      server = await startRawServer();
      await client.close();
      guard = createGuard({ allowPrivateNets: ['127.0.0.1/32'], allowLoopback: false, lookUp });
      client = createHttpClient({ guard, deadlines: { headersMs: 500, keepAliveMs: 50 } });
      registry = createSourceRegistry(kindDeps({ client, guard }));
      connects = watchConnects();
    });
    afterEach(() => server.close());

    /** 127.0.0.1 itself is allowed here, however it is spelled. */
    const isMine = (host: string) =>
      (NAMES[host] ?? [new URL(`http://${host}/`).hostname]).some((address) =>
        ['127.0.0.1', '[::ffff:7f00:1]'].includes(address),
      );
    const forbidden = [...LITERALS, ...Object.keys(NAMES)].filter((host) => !isMine(host));
    const json = (value: unknown, headers: Record<string, string> = {}) =>
      response(200, { 'Content-Type': 'application/json', ...headers }, JSON.stringify(value));
    const dialledOnly = () =>
      assert.deepEqual(new Set(connects.tried), new Set([`127.0.0.1 ${server.port}`]));

    it(`rest: ${forbidden.length} addresses of images, of next pages and of redirects`, async function () {
      this.timeout(240_000);
      const { parsed } = registry.parse(`${server.url}api`, 'rest', {
        items: 'i',
        next: { type: 'body', path: 'n' },
      });
      const list = async () => registry.open('rest', parsed, visitor()).list(null, never());
      for (const host of forbidden) {
        const url = `http://${host}/x.jpg`;
        server.answer((socket) => socket.write(json({ i: [{ url }, { url: '/fine.jpg' }] })));
        const { items } = await list();
        assert.ok(items[0]?.locator, host);
        await assertFailure(fetch('rest', parsed, items[0]), 'ssrf_blocked');
        server.answer((socket) => socket.write(json({ i: [], n: url })));
        await assertFailure(list(), 'redirect_refused');
        server.answer((socket) => socket.write(response(302, { Location: url })));
        await assertFailure(
          fetch('rest', parsed, { ...items[0], locator: `${server.url}a.jpg` }),
          'ssrf_blocked',
        );
        await assertFailure(list(), 'redirect_refused');
      }
      dialledOnly();
    });

    it(`urls: ${forbidden.length} redirects`, async function () {
      this.timeout(240_000);
      const { parsed } = registry.parse(`${server.url}a.jpg`, 'urls');
      for (const host of forbidden) {
        server.answer((socket) => socket.write(response(302, { Location: `http://${host}/x.jpg` })));
        const { items } = await registry.open('urls', parsed, visitor()).list(null, never());
        assert.ok(items[0]);
        await assertFailure(fetch('urls', parsed, items[0]), 'ssrf_blocked');
      }
      dialledOnly();
    });

    it(`http-directory: ${forbidden.length} redirects of a file`, async function () {
      this.timeout(240_000);
      const { parsed } = registry.parse(server.url, 'http-directory');
      server.answer((socket) => socket.write(json([{ name: 'a.jpg', type: 'file', size: 1 }])));
      const { items } = await registry.open('http-directory', parsed, visitor()).list(null, never());
      assert.ok(items[0]);
      for (const host of forbidden) {
        server.answer((socket) => socket.write(response(307, { Location: `http://${host}/x.jpg` })));
        await assertFailure(fetch('http-directory', parsed, items[0]), 'ssrf_blocked');
      }
      dialledOnly();
    });
  });
});
