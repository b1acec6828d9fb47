import assert from 'node:assert/strict';
import type net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHttpClient, type HttpClient, type HttpClientOptions } from '../../../sources/reach/client.ts';
import { createGuard } from '../../../sources/reach/guard.ts';
import { assertFailure } from '../contract.ts';
import { assertNoLeak, openDescriptors } from '../leaks.ts';
import { type RawServer, response, startRawServer } from '../rawServer.ts';

describe('the HTTP client', () => {
  let server: RawServer;
  const clients: HttpClient[] = [];

  const create = (options: Partial<HttpClientOptions> = {}): HttpClient => {
    const guard = createGuard({ allowPrivateNets: [], allowLoopback: true });
    const client = createHttpClient({ guard, ...options });
    clients.push(client);
    return client;
  };

  const get = async (
    client: HttpClient,
    path = '',
    signal = new AbortController().signal,
    leftMs = 5_000,
  ) => {
    let body = '';
    await client.request({ url: new URL(server.url + path), signal, time: { leftMs } }, () => ({
      write(chunk) {
        body += chunk.toString();
      },
    }));
    return body;
  };

  beforeEach(async () => {
    server = await startRawServer((socket) => socket.write(response(200, {}, 'ok')));
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await server.close();
  });

  it('has at most six requests at a time at one origin, in the order they were asked for', async () => {
    let busy = 0;
    let most = 0;
    server.answer((socket) => {
      most = Math.max(most, ++busy);
      setTimeout(() => {
        busy--;
        socket.write(response(200, {}, 'ok'));
      }, 10);
    });
    const client = create();
    await Promise.all(Array.from({ length: 60 }, (_, i) => get(client, String(i))));
    assert.equal(most, 6);
    const order = server.requests.map(({ path }) => Number(path.slice(1)));
    assert.ok(order.every((n, i) => Math.abs(n - i) <= 6));
    assert.ok(server.connections.open.size <= 6);
  });

  it('keeps to a number of requests a second', async () => {
    const client = create({ requestsPerSecond: 20 });
    const started = performance.now();
    await Promise.all(Array.from({ length: 30 }, () => get(client)));
    // A second's worth at once, the other ten at 20 a second.
    const took = performance.now() - started;
    assert.ok(took > 450 && took < 20_000, `${took} ms`);
  });

  it('gives up its place in the queue when it is cancelled', async () => {
    server.answer(() => {});
    const client = create({ concurrency: 1, requestsPerSecond: 1 });
    const stop = new AbortController();
    const held = get(client, 'held', stop.signal).catch((error: unknown) => error);
    await sleep(20);
    const waiting = [1, 2, 3].map((n) =>
      get(client, `waiting${n}`, stop.signal).catch((error: unknown) => error),
    );
    const reason = new Error('enough');
    stop.abort(reason);
    assert.deepEqual(await Promise.all([held, ...waiting]), Array(4).fill(reason));
    server.answer((socket) => socket.write(response(200, {}, 'ok')));
    assert.equal(await get(client, 'after'), 'ok');
    assert.deepEqual(
      server.requests.map(({ path }) => path),
      ['/held', '/after'],
    );
  });

  it('does not count the wait for a turn as time', async () => {
    server.answer((socket) => void setTimeout(() => socket.write(response(200, {}, 'ok')), 200));
    const client = create({ concurrency: 1 });
    const all = [1, 2, 3, 4].map((n) => get(client, String(n), undefined, 600));
    assert.deepEqual(await Promise.all(all), Array(4).fill('ok'));
  });

  it('uses connections again, but none that is older than its life', async () => {
    const client = create({ concurrency: 1 });
    for (let i = 0; i < 5; i++) {
      await get(client);
      await sleep(1);
    }
    assert.equal(server.connections.accepted, 1);
    const old = create({ concurrency: 1, deadlines: { connectionLifeMs: 0 } });
    await get(old);
    await sleep(5);
    await get(old);
    assert.equal(server.connections.accepted, 3);
    await sleep(50);
    // The retired pools closed what they held.
    assert.ok(server.connections.open.size <= 2);
  });

  it('asks once more when a kept connection turns out to be dead, and not for ever', async () => {
    const client = create({ concurrency: 1 });
    await get(client);
    let closed = 0;
    server.answer((socket) => {
      if (closed++ === 0) socket.destroy();
      else socket.write(response(200, {}, 'second try'));
    });
    await sleep(5);
    assert.equal(await get(client), 'second try');
    server.answer((socket: net.Socket) => void socket.destroy());
    const before = server.requests.length;
    await assertFailure(get(client), 'source_unreachable');
    assert.ok(server.requests.length - before <= 2);
  });

  it('waits for nothing longer than its deadline', async () => {
    const short = { headersMs: 150, idleMs: 150, rateWindowMs: 150 };
    const rows: [string, (socket: net.Socket) => void, number?][] = [
      ['silence', () => {}],
      ['half a head', (socket) => void socket.write('HTTP/1.1 200 OK\r\nX-A: ')],
      [
        'a head byte by byte',
        (socket) => {
          const timer = setInterval(
            () => void (socket.destroyed ? clearInterval(timer) : socket.write('H')),
            20,
          );
          socket.write('HTTP/1.1 200 OK\r\nX-A: ');
        },
      ],
      ['a body that stops', (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc')],
      [
        'a body byte by byte',
        (socket) => {
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n');
          const timer = setInterval(
            () => void (socket.destroyed ? clearInterval(timer) : socket.write('x')),
            20,
          );
        },
      ],
      [
        'a body that is fast enough but never ends',
        (socket) => {
          socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
          const piece = `1000\r\n${'x'.repeat(4096)}\r\n`;
          const timer = setInterval(
            () => void (socket.destroyed ? clearInterval(timer) : socket.write(piece)),
            20,
          );
        },
        400,
      ],
      [
        'informational answers without end',
        (socket) => {
          const piece = 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n';
          const timer = setInterval(
            () => void (socket.destroyed ? clearInterval(timer) : socket.write(piece)),
            20,
          );
        },
        400,
      ],
    ];
    const before = await openDescriptors();
    for (const [name, answer, leftMs] of rows) {
      server.answer(answer);
      const client = create({ deadlines: short });
      const started = performance.now();
      await assertFailure(get(client, '', undefined, leftMs), 'source_timeout');
      const took = performance.now() - started;
      assert.ok(took < 20_000, `${name}: ${took} ms`);
    }
    await assertNoLeak(before);
  });

  it('gives up on a name or a peer that does not answer', async () => {
    const client = create({ deadlines: { connectMs: 100 }, resolve: () => new Promise(() => {}) });
    const url = new URL('http://never.example/');
    const request = { url, signal: new AbortController().signal, time: { leftMs: 5_000 } };
    await assertFailure(
      client.request(request, () => ({ write() {} })),
      'source_timeout',
    );
    const gone = await startRawServer();
    await gone.close();
    const absent = { ...request, url: new URL(gone.url) };
    const failure = await assertFailure(
      create().request(absent, () => ({ write() {} })),
      'source_unreachable',
    );
    assert.match(failure.message, /ECONNREFUSED/);
    assert.equal(failure.retryable, true);
    const unknown = create({
      resolve: async () => {
        throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
      },
    });
    await assertFailure(
      unknown.request(request, () => ({ write() {} })),
      'source_unreachable',
    );
  });

  it('says so when a server does not speak TLS', async () => {
    server.answer(() => {});
    const request = { signal: new AbortController().signal, time: { leftMs: 5_000 } };
    const plain = await startRawServer();
    const speak = setInterval(() => {
      for (const socket of plain.connections.open) socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    }, 10);
    const sent = create().request({ ...request, url: new URL(plain.url.replace('http', 'https')) }, () => ({
      write() {},
    }));
    const failure = await assertFailure(sent, 'source_unreachable');
    assert.match(failure.message, /secure connection/);
    clearInterval(speak);
    await plain.close();
  });

  it('takes a credential that cannot be sent for refused access, and does not show it', async () => {
    const bad = [
      { type: 'header', name: 'X-Key', value: 'hunter2\r\nHost: evil' },
      { type: 'header', name: 'Bad Name', value: 'hunter2' },
      { type: 'header', name: 'Host', value: 'hunter2' },
      { type: 'header', name: 'Content-Length', value: 'hunter2' },
      { type: 'basic', username: 'a:b', password: 'hunter2' },
    ] as const;
    for (const give of bad) {
      const url = new URL(server.url);
      const request = { url, signal: new AbortController().signal, time: { leftMs: 1_000 } };
      const sent = create().request({ ...request, credentials: { origin: url.origin, give } }, () => ({
        write() {},
      }));
      const failure = await assertFailure(sent, 'auth_failed');
      assert.doesNotMatch(`${failure.message}${failure.stack}`, /hunter2/);
    }
    assert.equal(server.requests.length, 0);
  });

  it('survives a server that ends its connection with every answer (HTTP/1.0), however large', async () => {
    const body = 'x'.repeat(3_000_000);
    server.answer(
      (socket) => void socket.end(`HTTP/1.0 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
    );
    const client = create();
    for (let i = 0; i < 20; i++) assert.equal((await get(client)).length, body.length);
  });
});
