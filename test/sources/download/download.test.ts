import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import type net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FailureType } from '../../../domain/failures.ts';
import { type Download, download } from '../../../sources/download/download.ts';
import { createHttpClient, type HttpClient } from '../../../sources/reach/client.ts';
import { createGuard } from '../../../sources/reach/guard.ts';
import type { Fetched } from '../../../sources/source.ts';
import { assertFailure } from '../contract.ts';
import { assertNoLeak, openDescriptors } from '../leaks.ts';
import { type Answer, type RawServer, response, startRawServer } from '../rawServer.ts';
import { smallDisk } from '../smallDisk.ts';

const head = (headers: string) => `HTTP/1.1 200 OK\r\n${headers}\r\n`;
const say =
  (bytes: string | Buffer): Answer =>
  (socket) =>
    void socket.write(bytes);
const sayAndEnd =
  (bytes: string | Buffer): Answer =>
  (socket) =>
    void socket.end(bytes);

describe('downloads', () => {
  let server: RawServer;
  let client: HttpClient;
  let scratch: string;
  let counter = 0;

  before(async () => {
    scratch = await fs.mkdtemp(path.join(os.tmpdir(), 'download-'));
  });

  after(() => fs.rm(scratch, { recursive: true }));

  beforeEach(async () => {
    server = await startRawServer();
    const guard = createGuard({ allowPrivateNets: [], allowLoopback: true });
    const deadlines = { headersMs: 200, idleMs: 200, rateWindowMs: 200, fetchMs: 1_500, keepAliveMs: 50 };
    client = createHttpClient({ guard, deadlines });
  });

  afterEach(async () => {
    await client.close();
    await server.close();
  });

  async function get(options: Partial<Download> = {}): Promise<{ got: Fetched; bytes: Buffer }> {
    const toPath = path.join(scratch, `f${counter++}`);
    const signal = new AbortController().signal;
    const job = {
      url: new URL(`${server.url}a.jpg`),
      toPath,
      maxBytes: 1e8,
      item: { size: null, sizeExact: false },
      signal,
      ...options,
    };
    const got = await download(client, job);
    const bytes = await fs.readFile(toPath);
    assert.equal(got.bytes, bytes.length);
    assert.equal(got.sha256, createHash('sha256').update(bytes).digest('hex'));
    if (got.md5 !== null) assert.equal(got.md5, createHash('md5').update(bytes).digest('hex'));
    return { got, bytes };
  }

  /** What a hostile or broken server sends, and what it must end as. */
  const HOSTILE: readonly [string, Answer, FailureType, Partial<Download>?][] = [
    [
      'announces 1000, sends 500, ends',
      sayAndEnd(head('Content-Length: 1000\r\n') + 'x'.repeat(500)),
      'short_read',
    ],
    [
      'announces 1000, sends 500, closes',
      sayAndEnd(head('Content-Length: 1000\r\nConnection: close\r\n') + 'x'.repeat(500)),
      'short_read',
    ],
    [
      'announces 1000, sends 500, resets',
      (socket) => {
        socket.write(head('Content-Length: 1000\r\n') + 'x'.repeat(500));
        setTimeout(() => socket.resetAndDestroy(), 20);
      },
      'short_read',
    ],
    ['announces 1000, sends none', sayAndEnd(head('Content-Length: 1000\r\n')), 'short_read'],
    [
      'chunked, no last chunk',
      sayAndEnd(`${head('Transfer-Encoding: chunked\r\n')}1f4\r\n${'x'.repeat(500)}\r\n`),
      'short_read',
    ],
    [
      'chunked, cut in a chunk',
      sayAndEnd(`${head('Transfer-Encoding: chunked\r\n')}1f4\r\n${'x'.repeat(50)}`),
      'short_read',
    ],
    ['chunked, bad chunk size', say(`${head('Transfer-Encoding: chunked\r\n')}zz\r\nxx\r\n`), 'bad_response'],
    ['announces 10^18 bytes', say(`${head(`Content-Length: 1${'0'.repeat(18)}\r\n`)}x`), 'too_large'],
    ['announces 10^30 bytes', say(`${head(`Content-Length: 1${'0'.repeat(30)}\r\n`)}x`), 'bad_response'],
    [
      'announces one byte too many',
      say(`${head('Content-Length: 101\r\n')}x`),
      'too_large',
      { maxBytes: 100 },
    ],
    [
      'sends one byte too many, chunked',
      say(`${head('Transfer-Encoding: chunked\r\n')}65\r\n${'x'.repeat(101)}\r\n0\r\n\r\n`),
      'too_large',
      { maxBytes: 100 },
    ],
    [
      'never stops sending',
      (socket) => {
        socket.write(head('Connection: close\r\n'));
        const more = () =>
          void (socket.destroyed || socket.write('x'.repeat(65_536), () => setImmediate(more)));
        more();
      },
      'too_large',
      { maxBytes: 3_000_000 },
    ],
    ['negative length', say(`${head('Content-Length: -1\r\n')}x`), 'bad_response'],
    ['length that is no number', say(`${head('Content-Length: many\r\n')}x`), 'bad_response'],
    ['two lengths', say(`${head('Content-Length: 5\r\nContent-Length: 6\r\n')}abcdef`), 'bad_response'],
    [
      'length and chunks',
      say(`${head('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n')}3\r\nabc\r\n0\r\n\r\n`),
      'bad_response',
    ],
    [
      'gzip bomb',
      say(
        Buffer.concat([
          Buffer.from(head('Content-Encoding: gzip\r\nConnection: close\r\n')),
          gzipSync(Buffer.alloc(20e6)),
        ]),
      ),
      'bad_response',
    ],
    ['gzip, gzip', say(head('Content-Encoding: gzip, gzip\r\nContent-Length: 5\r\n')), 'bad_response'],
    ['brotli', say(head('Content-Encoding: br\r\nContent-Length: 5\r\n')), 'bad_response'],
    [
      '20 KB of header',
      say(`${head(`X-A: ${'a'.repeat(20_000)}\r\nContent-Length: 1\r\n`)}x`),
      'bad_response',
    ],
    [
      'a thousand headers',
      say(
        `${head(`${Array.from({ length: 1_000 }, (_, i) => `X-${i}: ${'a'.repeat(20)}\r\n`).join('')}Content-Length: 1\r\n`)}x`,
      ),
      'bad_response',
    ],
    ['an SSH banner', sayAndEnd('SSH-2.0-OpenSSH_9.2\r\n'), 'bad_response'],
    ['HTTP/0.9', sayAndEnd('hello'), 'bad_response'],
    ['a TLS alert', sayAndEnd(Buffer.from([0x15, 3, 1, 0, 2, 2, 70])), 'bad_response'],
    [
      'five times 100',
      sayAndEnd(`${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(5) + head('Content-Length: 1\r\n')}x`),
      'bad_response',
    ],
    [
      'switches protocols',
      say('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
      'bad_response',
    ],
    ['closes without a word', (socket) => void socket.end(), 'source_unreachable'],
    ['resets without a word', (socket) => void socket.resetAndDestroy(), 'source_unreachable'],
    ['says nothing', () => {}, 'source_timeout'],
    ['stops in the middle', say(`${head('Content-Length: 1000\r\n')}xxx`), 'source_timeout'],
    ['204', say(response(204, { 'Content-Length': '0' })), 'bad_response'],
    ['204 with a body', say(response(204, { 'Content-Length': '5' }, 'hello')), 'bad_response'],
    ['206 unasked', say(response(206, { 'Content-Range': 'bytes 0-0/9' }, 'x')), 'bad_response'],
    ['304 unasked', say(response(304, { 'Content-Length': '0' })), 'bad_response'],
    ['300', say(response(300, {}, 'x')), 'bad_response'],
    ['400', say(response(400, {}, 'x')), 'source_error'],
    ['401', say(response(401, { 'WWW-Authenticate': 'Basic realm="x"' }, 'x')), 'auth_failed'],
    ['403', say(response(403, {}, 'x')), 'auth_failed'],
    ['407', say(response(407, {}, 'x')), 'auth_failed'],
    ['404', say(response(404, {}, 'x')), 'vanished'],
    ['410', say(response(410, {}, 'x')), 'vanished'],
    ['408', say(response(408, {}, 'x')), 'source_error'],
    ['416', say(response(416, {}, 'x')), 'bad_response'],
    ['429', say(response(429, {}, 'x')), 'source_throttled'],
    ['500', say(response(500, {}, 'x')), 'source_error'],
    ['502', say(response(502, {}, 'x')), 'source_error'],
    [
      'another length than listed',
      say(response(200, {}, 'abc')),
      'changed_during_read',
      { item: { size: 4, sizeExact: true } },
    ],
    [
      'another length than listed, chunked',
      say(`${head('Transfer-Encoding: chunked\r\n')}3\r\nabc\r\n0\r\n\r\n`),
      'changed_during_read',
      { item: { size: 4, sizeExact: true } },
    ],
    [
      'a wrong Content-MD5',
      say(response(200, { 'Content-MD5': createHash('md5').update('other').digest('base64') }, 'abc')),
      'hash_mismatch',
    ],
    [
      'a wrong Digest',
      say(
        response(200, { Digest: `sha-256=${createHash('sha256').update('other').digest('base64')}` }, 'abc'),
      ),
      'hash_mismatch',
    ],
    [
      'a wrong Repr-Digest',
      say(
        response(
          200,
          { 'Repr-Digest': `sha-256=:${createHash('sha256').update('other').digest('base64')}:` },
          'abc',
        ),
      ),
      'hash_mismatch',
    ],
  ];

  it(`ends ${HOSTILE.length} of ${HOSTILE.length} hostile answers as what they are, and leaves nothing open`, async () => {
    const before = await openDescriptors();
    for (const [name, answer, type, options] of HOSTILE) {
      server.answer(answer);
      const started = performance.now();
      const failure = await assertFailure(get(options), type).catch((error: unknown) => {
        throw new Error(`${name}: ${error}`);
      });
      assert.ok(performance.now() - started < 10_000, name);
      assert.doesNotMatch(failure.message, /xxx|realm/, name);
    }
    await assertNoLeak(before);
  }).timeout(240_000);

  it('does not ask for what is listed as too large', async () => {
    await assertFailure(get({ item: { size: 101, sizeExact: true }, maxBytes: 100 }), 'too_large');
    assert.equal(server.requests.length, 0);
  });

  it('asks for bytes as they are', async () => {
    server.answer(say(response(200, {}, 'abc')));
    await get();
    assert.equal(server.requests[0]?.headers['accept-encoding'], 'identity');
    assert.equal(server.requests[0]?.headers['range'], undefined);
  });

  it('tells how long to wait', async () => {
    for (const [status, value, expected] of [
      [429, '3', 3_000],
      [429, '3600', 900_000],
      [429, '-1', 1_000],
      [503, '7', 7_000],
      [503, 'whenever', undefined],
      [500, '7', undefined],
    ] as const) {
      server.answer(say(response(status, { 'Retry-After': value })));
      const failure = await assertFailure(get(), status === 429 ? 'source_throttled' : 'source_error');
      assert.equal(failure.retryAfterMs, expected);
      assert.equal(failure.retryable, true);
    }
  });

  it('knows what it verified', async () => {
    const md5 = createHash('md5').update('abc').digest('base64');
    const rows: [Answer, boolean, Partial<Download>?][] = [
      [say(response(200, {}, 'abc')), true],
      [sayAndEnd(`${head('Connection: close\r\n')}abc`), false],
      [sayAndEnd(`${head('Connection: close\r\n')}abc`), true, { item: { size: 3, sizeExact: true } }],
      [sayAndEnd(`${head(`Connection: close\r\nContent-MD5: ${md5}\r\n`)}abc`), true],
      [say(`${head('Transfer-Encoding: chunked\r\n')}3\r\nabc\r\n0\r\n\r\n`), false],
      [say(response(200, { 'Content-Encoding': 'identity' }, 'abc')), true],
      // What comes after the announced length belongs to nobody.
      [say(`${head('Content-Length: 3\r\n')}abcdefgh`), true],
    ];
    for (const [answer, verified, options] of rows) {
      server.answer(answer);
      const { got, bytes } = await get(options);
      assert.equal(bytes.toString(), 'abc');
      assert.equal(got.verified, verified);
    }
    server.answer(say(response(200, {}, '')));
    assert.equal((await get()).got.bytes, 0);
    server.answer(say(response(200, { 'Last-Modified': 'Mon, 31 May 2021 08:25:38 GMT' }, 'abc')));
    assert.equal((await get()).got.modifiedAt?.toISOString(), '2021-05-31T08:25:38.000Z');
    server.answer(say(response(200, { 'Last-Modified': 'yesterday' }, 'abc')));
    assert.equal((await get()).got.modifiedAt, null);
  });

  describe('that break off', () => {
    const file = randomBytes(300_000);
    const tag = { ETag: '"v1"', 'Accept-Ranges': 'bytes' };

    /** Serves a file with ranges, but breaks the connection after some bytes of the first answers. */
    function breaking(breaks: number[], headers: Record<string, string>, body = () => file): Answer {
      let asked = 0;
      return (socket: net.Socket, request) => {
        const from = Number(/^bytes=(\d+)-$/.exec(request.headers['range'] ?? '')?.[1] ?? 0);
        const bytes = body();
        const part = bytes.subarray(from);
        const range: Record<string, string> =
          from > 0 ? { 'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {};
        const answer = response(
          from > 0 ? 206 : 200,
          { ...headers, ...range, 'Content-Length': String(part.length) },
          part,
        );
        const cut = breaks[asked++];
        if (cut === undefined) socket.write(answer);
        else socket.write(answer.subarray(0, answer.length - part.length + cut), () => socket.destroy());
      };
    }

    it('go on where they broke, twice', async () => {
      server.answer(breaking([100_000, 50_000], tag));
      const { bytes, got } = await get({ item: { size: file.length, sizeExact: true } });
      assert.ok(bytes.equals(file));
      assert.equal(got.verified, true);
      assert.equal(server.requests.length, 3);
      assert.equal(server.requests[1]?.headers['if-range'], '"v1"');
      assert.match(server.requests[1]?.headers['range'] ?? '', /^bytes=\d+-$/);
    });

    it('go on by the time of the last change, where there is no strong tag', async () => {
      const changed = 'Mon, 31 May 2021 08:25:38 GMT';
      server.answer(
        breaking([100_000], { 'Last-Modified': changed, ETag: 'W/"v1"', 'Accept-Ranges': 'bytes' }),
      );
      assert.ok((await get()).bytes.equals(file));
      assert.equal(server.requests[1]?.headers['if-range'], changed);
    });

    it('are given up after the second time, or when there is nothing to recognise the file by', async () => {
      server.answer(breaking([100_000, 50_000, 50_000, 50_000], tag));
      await assertFailure(get(), 'short_read');
      assert.equal(server.requests.length, 3);
      for (const headers of [
        { ETag: '"v1"' },
        { 'Accept-Ranges': 'bytes' },
        { 'Accept-Ranges': 'none', ETag: '"v1"' },
      ]) {
        server.requests.length = 0;
        server.answer(breaking([100_000], headers as Record<string, string>));
        await assertFailure(get(), 'short_read');
        assert.equal(server.requests.length, 1);
      }
    });

    it('begin again when the server sends the whole file instead of a part', async () => {
      const second = randomBytes(200_000);
      let asked = 0;
      server.answer((socket) => {
        if (asked++ === 0) {
          const answer = response(200, tag, file);
          socket.write(answer.subarray(0, 200_000), () => socket.destroy());
        } else socket.write(response(200, { ...tag, ETag: '"v2"' }, second));
      });
      const { bytes } = await get();
      assert.ok(bytes.equals(second));
    });

    it('never join two versions', async () => {
      const rows: Record<string, string>[] = [
        { 'Content-Range': `bytes 7-${file.length - 1}/${file.length}`, ETag: '"v1"' },
        { 'Content-Range': `bytes FROM-${file.length - 1}/${file.length + 1}`, ETag: '"v1"' },
        { 'Content-Range': `bytes FROM-${file.length - 1}/${file.length}`, ETag: '"v2"' },
        { ETag: '"v1"' },
      ];
      for (const headers of rows) {
        let asked = 0;
        server.answer((socket, request) => {
          const from = request.headers['range']?.match(/\d+/)?.[0] ?? '0';
          const range = { 'Content-Range': headers['Content-Range']?.replace('FROM', from) ?? '' };
          if (asked++ > 0) socket.write(response(206, { ...headers, ...range }, file.subarray(Number(from))));
          else socket.write(response(200, tag, file).subarray(0, 100_000), () => socket.destroy());
        });
        await assertFailure(get(), 'changed_during_read');
      }
    });

    it('fail as what the second answer says', async () => {
      for (const [status, type] of [
        [404, 'vanished'],
        [416, 'bad_response'],
        [503, 'source_error'],
      ] as const) {
        let asked = 0;
        server.answer((socket) => {
          if (asked++ > 0) socket.write(response(status));
          else socket.write(response(200, tag, file).subarray(0, 100_000), () => socket.destroy());
        });
        await assertFailure(get(), type);
      }
    });

    it('share one allowance of time', async () => {
      let asked = 0;
      server.answer((socket, request) => {
        const from = Number(request.headers['range']?.match(/\d+/)?.[0] ?? 0);
        const range = from > 0 ? { 'Content-Range': `bytes ${from}-${file.length - 1}/${file.length}` } : {};
        const answer = response(from > 0 ? 206 : 200, { ...tag, ...range }, file.subarray(from));
        asked++;
        const timer = setInterval(() => socket.write('x'.repeat(500)), 50);
        socket.on('close', () => clearInterval(timer));
        socket.write(answer.subarray(0, answer.indexOf('\r\n\r\n') + 4));
        if (asked < 3) setTimeout(() => socket.destroy(), 700);
      });
      const started = performance.now();
      await assertFailure(get(), 'source_timeout');
      assert.ok(performance.now() - started < 2_500);
      assert.equal(asked, 3);
    });
  });

  it('takes a full disk for what it is, and leaves nothing open', async function () {
    const small = await smallDisk(scratch);
    if (small === null) return this.skip();
    try {
      const before = await openDescriptors();
      for (const size of [3_000_000, 40_000_000]) {
        server.answer(say(response(200, {}, Buffer.alloc(size))));
        await assertFailure(get({ toPath: path.join(small.path, `full${size}`) }), 'storage_full');
      }
      await client.close();
      await assertNoLeak(before);
    } finally {
      await small.remove();
    }
  });
});
