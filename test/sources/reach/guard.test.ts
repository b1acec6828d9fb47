import assert from 'node:assert/strict';
import { Failure } from '../../../domain/failures.ts';
import { createHttpClient, type HttpClientOptions } from '../../../sources/reach/client.ts';
import { createGuard } from '../../../sources/reach/guard.ts';
import { createPortRule } from '../../../sources/reach/ports.ts';
import { createSourceRegistry } from '../../../sources/registry.ts';
import { assertFailure } from '../contract.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { type RawServer, response, startRawServer } from '../rawServer.ts';
import { LITERALS, NAMES, PORTS } from './payloads.ts';

const PUBLIC = [
  '8.8.8.8',
  '1.1.1.1',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.169.0.1',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '::ffff:8.8.8.8',
  '2a00:1450:4001:80b::200e',
  '2606:4700::1111',
  '2001:4860:4860::8888',
];

describe('the guard', () => {
  const dialled: string[] = [];
  const resolve: HttpClientOptions['resolve'] = async (name) =>
    (NAMES[name] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const guard = createGuard({ allowPrivateNets: [], allowLoopback: false });
  const client = createHttpClient({ guard, resolve, onConnect: (address) => dialled.push(address) });
  const registry = createSourceRegistry(kindDeps({ client, guard }));
  const texts = new Set<string>();

  after(() => client.close());

  async function blocked(address: string): Promise<void> {
    const { kind, parsed } = registry.parse(address);
    await assert.rejects(
      registry.open(kind, parsed, visitor()).list(null, new AbortController().signal),
      (error) => {
        assert.ok(error instanceof Failure && error.type === 'ssrf_blocked', `${address}: ${error}`);
        texts.add(error.message);
        return true;
      },
    );
  }

  const payloads = [
    ...LITERALS.flatMap((host) => [`http://${host}/`, `https://${host}:8443/x/`]),
    ...Object.keys(NAMES).map((name) => `http://${name}/`),
  ];

  it(`blocks ${payloads.length} of ${payloads.length} addresses with one and the same sentence, and dials none`, async () => {
    for (const payload of payloads) await blocked(payload);
    assert.deepEqual(dialled, []);
    assert.equal(texts.size, 1);
    assert.doesNotMatch([...texts][0] ?? '', /\d/);
  });

  it(`blocks ${PORTS.length} of ${PORTS.length} ports of other services on an allowed host, with the same sentence`, async () => {
    const open = createGuard({ allowPrivateNets: [], allowLoopback: true });
    const own = createHttpClient({ guard: open, onConnect: (address) => dialled.push(address) });
    for (const port of PORTS) {
      const request = { url: new URL(`http://127.0.0.1:${port}/`), signal: new AbortController().signal };
      const failure = await assertFailure(
        own.request({ ...request, time: { leftMs: 1_000 } }, () => ({ write() {} })),
        'ssrf_blocked',
      );
      texts.add(failure.message);
    }
    await own.close();
    assert.deepEqual(dialled, []);
    assert.equal(texts.size, 1);
  });

  it('lets public addresses pass, up to the edges of the special ranges', () => {
    for (const address of PUBLIC) assert.equal(guard.allowsAddress(address), true, address);
    for (const nonsense of ['', 'x', '1.2.3', '::g', '127.0.0.1/8'])
      assert.equal(guard.allowsAddress(nonsense), false);
  });

  it('opens private networks one by one, and loopback by its own setting', () => {
    const own = createGuard({ allowPrivateNets: ['10.20.0.0/16', 'fd12::/32'], allowLoopback: false });
    for (const yes of ['10.20.0.1', '10.20.255.255', '::ffff:10.20.3.4', 'fd12::1', '8.8.8.8']) {
      assert.equal(own.allowsAddress(yes), true, yes);
    }
    for (const no of ['10.21.0.1', '127.0.0.1', '::1', 'fd13::1', '169.254.169.254', '0.0.0.0']) {
      assert.equal(own.allowsAddress(no), false, no);
    }
    const loopback = createGuard({ allowPrivateNets: [], allowLoopback: true });
    for (const yes of ['127.0.0.1', '127.255.0.1', '::1', '::ffff:127.0.0.1'])
      assert.equal(loopback.allowsAddress(yes), true, yes);
    for (const no of ['10.0.0.1', '0.0.0.0', '::', '::127.0.0.1', '169.254.169.254']) {
      assert.equal(loopback.allowsAddress(no), false, no);
    }
    for (const wrong of ['10.0.0.0', '10.0.0.0/33', 'localhost', '']) {
      assert.throws(() => createGuard({ allowPrivateNets: [wrong], allowLoopback: false }), /CIDR/);
    }
  });

  it('keeps the ports of other services closed on allowed networks too, unless they are named', () => {
    const rule = createPortRule({ allowPorts: [81, 9200], denyPorts: [8000] });
    for (const open of [80, 443, 81, 9200, 1024, 8080, 8443, 65_535])
      assert.equal(rule(open), true, String(open));
    for (const closed of [0, 22, 82, 5432, 6379, 7233, 8000, 65_536])
      assert.equal(rule(closed), false, String(closed));
  });

  describe('with a listener', () => {
    let server: RawServer;
    before(async () => {
      server = await startRawServer((socket) => socket.end(response(200, {}, 'hello')));
    });
    after(() => server.close());

    async function get(options: Partial<HttpClientOptions>, host: string): Promise<string[]> {
      const seen: string[] = [];
      const own = createHttpClient({
        guard: createGuard({ allowPrivateNets: ['127.0.0.1/32'], allowLoopback: false }),
        onConnect: (address, port) => seen.push(`${address} ${port}`),
        ...options,
      });
      try {
        const url = new URL(`http://${host}:${server.port}/`);
        await own.request({ url, signal: new AbortController().signal, time: { leftMs: 2_000 } }, () => ({
          write() {},
        }));
        return seen;
      } finally {
        await own.close();
      }
    }

    it('drops the bad addresses of a mixed answer and dials the good ones only', async () => {
      const mixed = async () =>
        ['169.254.169.254', '::1', '10.0.0.1', '127.0.0.1', '0.0.0.0'].map((address) => ({
          address,
          family: address.includes(':') ? 6 : 4,
        }));
      assert.deepEqual(await get({ resolve: mixed }, 'mixed.example'), [`127.0.0.1 ${server.port}`]);
    });

    it('is asked again when a name changes its address (rebinding)', async () => {
      let asked = 0;
      const rebinding = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
      const seen: string[] = [];
      const own = createHttpClient({
        guard: createGuard({ allowPrivateNets: ['127.0.0.1/32'], allowLoopback: false }),
        resolve: rebinding,
        onConnect: (address) => seen.push(address),
        deadlines: { connectionLifeMs: 0 },
      });
      const request = () =>
        own.request(
          {
            url: new URL(`http://flips.example:${server.port}/`),
            signal: new AbortController().signal,
            time: { leftMs: 2_000 },
          },
          () => ({ write() {} }),
        );
      await request();
      await assert.rejects(request(), (error) => error instanceof Failure && error.type === 'ssrf_blocked');
      assert.deepEqual(seen, ['127.0.0.1']);
      await own.close();
    });

    it('is not moved to a proxy that the environment names', async () => {
      const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'];
      const before = names.map((name) => process.env[name]);
      for (const name of names)
        process.env[name] = name.startsWith('NODE') ? '1' : `http://127.0.0.1:${server.port}`;
      try {
        const hits = server.requests.length;
        await assert.rejects(
          get({}, '10.0.0.1'),
          (error) => error instanceof Failure && error.type === 'ssrf_blocked',
        );
        assert.equal(server.requests.length, hits);
      } finally {
        names.forEach((name, i) => {
          if (before[i] === undefined) delete process.env[name];
          else process.env[name] = before[i];
        });
      }
    });
  });
});
