import assert from 'node:assert/strict';
import { Failure } from '../../../domain/failures.ts';
import { createHttpClient, type HttpClient, type HttpRequest } from '../../../sources/reach/client.ts';
import { createGuard } from '../../../sources/reach/guard.ts';
import { redirectTarget } from '../../../sources/reach/redirect.ts';
import type { ResponseHead } from '../../../sources/reach/response.ts';
import { assertFailure } from '../contract.ts';
import { assertNoLeak, openDescriptors } from '../leaks.ts';
import { type RawServer, response, startRawServer } from '../rawServer.ts';

describe('redirects', () => {
  let here: RawServer;
  let there: RawServer;
  let client: HttpClient;
  let dialled: string[];

  beforeEach(async () => {
    dialled = [];
    here = await startRawServer();
    there = await startRawServer((socket) => socket.write(response(200, {}, 'there')));
    client = createHttpClient({
      guard: createGuard({ allowPrivateNets: ['127.0.0.1/32'], allowLoopback: false }),
      onConnect: (address) => dialled.push(address),
    });
  });

  afterEach(async () => {
    await client.close();
    await here.close();
    await there.close();
  });

  async function get(more: Partial<HttpRequest> = {}): Promise<{ head: ResponseHead; body: string }> {
    const got: { head: ResponseHead | null; body: string } = { head: null, body: '' };
    await client.request(
      { url: new URL(here.url), signal: new AbortController().signal, time: { leftMs: 2_000 }, ...more },
      (head) => {
        got.head = head;
        return {
          write(chunk) {
            got.body += chunk.toString();
          },
        };
      },
    );
    assert.ok(got.head);
    return { head: got.head, body: got.body };
  }

  const to = (location: string, status = 302) =>
    here.answer((socket) => socket.write(response(status, { Location: location }, 'ignored')));

  it('follows each kind to another host, which sees no credentials', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      to(`${there.url}x?y=1`, status);
      for (const give of [
        { type: 'basic', username: 'u', password: 'p' },
        { type: 'header', name: 'X-Api-Key', value: 'custom-secret' },
      ] as const) {
        const { head, body } = await get({ credentials: { origin: new URL(here.url).origin, give } });
        assert.equal(body, 'there');
        assert.equal(head.url.href, `${there.url}x?y=1`);
        const name = give.type === 'basic' ? 'authorization' : 'x-api-key';
        assert.ok(here.requests.at(-1)?.headers[name]);
        assert.equal(there.requests.at(-1)?.headers[name], undefined);
        assert.doesNotMatch(JSON.stringify(there.requests.at(-1)), /secret|dTpw/);
      }
    }
  });

  it('gives the credentials again on the same origin', async () => {
    here.answer((socket, { path }) =>
      socket.write(path === '/' ? response(301, { Location: '/next/' }) : response(200, {}, 'next')),
    );
    const give = { type: 'basic', username: 'ü', password: 'p:w' } as const;
    assert.equal((await get({ credentials: { origin: new URL(here.url).origin, give } })).body, 'next');
    const sent = here.requests.map(({ headers }) => headers['authorization']);
    assert.deepEqual(sent, Array(2).fill(`Basic ${Buffer.from('ü:p:w').toString('base64')}`));
  });

  const forbidden = [
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/',
    'http://127.0.0.2/',
    'http://[::1]/',
    'http://[::ffff:7f00:2]/',
    'http://[::ffff:169.254.169.254]/',
    'http://0.0.0.0/',
    'http://2852039166/',
    'https://192.168.1.1/',
    '//10.0.0.1/x',
    'http://127.0.0.1:6379/',
    'http://127.0.0.1:22/',
  ];
  const refused = [
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
    'gopher://127.0.0.1:6379/_x',
    'data:text/html,x',
    'javascript:alert(1)',
    'unix:/run/x',
    'http://u:p@127.0.0.1/',
    'http://evil\\@127.0.0.1/',
    'http://[',
    'http://',
  ];

  it(`checks every hop: ${forbidden.length} of ${forbidden.length} blocked, ${refused.length} of ${refused.length} refused, none dialled`, async () => {
    for (const status of [301, 307]) {
      for (const location of forbidden) {
        to(location, status);
        await assertFailure(get(), 'ssrf_blocked');
      }
      for (const location of refused) {
        to(location, status);
        await assertFailure(get(), 'redirect_refused');
      }
    }
    assert.deepEqual([...new Set(dialled)], ['127.0.0.1']);
  });

  it('ends loops and chains after five hops', async () => {
    to(here.url);
    await assertFailure(get(), 'redirect_refused');
    assert.equal(here.requests.length, 6);
    here.answer((socket, { path }) => {
      const n = Number(path.slice(1) || 0);
      socket.write(n === 5 ? response(200, {}, 'fifth') : response(302, { Location: `/${n + 1}` }));
    });
    assert.equal((await get()).body, 'fifth');
  });

  it('does not step down from https to http', () => {
    const head = (location: string): ResponseHead => ({
      url: new URL('https://h/a/'),
      status: 302,
      header: (name) => (name === 'location' ? location : undefined),
    });
    assert.throws(
      () => redirectTarget(head('http://h/a/')),
      (error) => error instanceof Failure && error.type === 'redirect_refused',
    );
    assert.equal(redirectTarget(head('b/')).href, 'https://h/a/b/');
    assert.equal(redirectTarget(head('//other/b#x')).href, 'https://other/b');
  });

  it('refuses what the caller refuses, and redirects to nowhere', async () => {
    to(there.url);
    await assertFailure(get({ mayRedirect: () => false }), 'redirect_refused');
    assert.equal(there.requests.length, 0);
    here.answer((socket) => socket.write(response(302)));
    await assertFailure(get(), 'bad_response');
  });

  it('keeps no cookies', async () => {
    const cookies = Array.from({ length: 100 }, (_, i) => `a${i}=${i}; Path=/`);
    here.answer((socket) => socket.write(response(200, { 'Set-Cookie': cookies }, 'x')));
    await get();
    await get();
    assert.equal(here.requests[1]?.headers['cookie'], undefined);
  });

  it('leaves no connection of an abandoned hop open', async () => {
    const before = await openDescriptors();
    // A body that never ends must not keep its connection.
    here.answer((socket) =>
      socket.write(response(302, { Location: there.url, 'Content-Length': '1000000' }, 'x')),
    );
    await get();
    await client.close();
    await here.close();
    await assertNoLeak(before);
  });
});
