import assert from 'node:assert/strict';
import { sendOnce } from '../../activities/webhooks/send.ts';
import { createHttpClient, type HttpClient } from '../../sources/reach/client.ts';
import { createGuard } from '../../sources/reach/guard.ts';
import { type Connects, watchConnects } from '../sources/reach/connects.ts';
import { LITERALS, lookUp, NAMES, PORTS } from '../sources/reach/payloads.ts';

/** Addresses that two parsers could read as two hosts, and what is no address of the web at all. */
const UNREADABLE = [
  'http://evil\\@127.0.0.1/',
  'http://a@b@127.0.0.1/',
  'http://user:pass@127.0.0.1/',
  'http:127.0.0.1',
  'http:///127.0.0.1',
  'http://exa\tmple.com/',
  'http://127.0.0.1%2f@evil/',
  'file:///etc/passwd',
  'gopher://127.0.0.1/',
  'data:text/plain,x',
  'unix:/var/run/docker.sock',
  '//evil.example/x',
];

describe('a webhook, pointed at addresses that nobody may reach', function () {
  this.timeout(240_000);
  let client: HttpClient;
  let connects: Connects;

  function build(allowLoopback: boolean): void {
    const guard = createGuard({ allowPrivateNets: [], allowLoopback, lookUp });
    client = createHttpClient({ guard, deadlines: { headersMs: 500, keepAliveMs: 50 } });
  }
  beforeEach(() => {
    build(false);
    connects = watchConnects();
  });
  afterEach(async () => {
    connects.stop();
    await client.close();
  });

  async function send(url: string): Promise<string | undefined> {
    const endpoint = { url, secrets: ['whsec_c2VjcmV0'] };
    const message = { messageId: 'evt_1', body: '{}' };
    const sent = await sendOnce(client, endpoint, message, 2_000, new AbortController().signal);
    assert.equal(sent.status, null);
    return sent.failure?.type;
  }

  it(`connects to none of ${LITERALS.length} spellings`, async () => {
    for (const host of LITERALS) {
      for (const url of [`http://${host}/hook`, `https://${host}:8443/hook`]) {
        const type = await send(url);
        assert.ok(type === 'ssrf_blocked' || type === 'bad_address', `${url}: ${type}`);
      }
    }
    assert.deepEqual(connects.tried, []);
  });

  it(`connects to none of ${Object.keys(NAMES).length} names`, async () => {
    for (const name of Object.keys(NAMES))
      assert.equal(await send(`http://${name}/hook`), 'ssrf_blocked', name);
    assert.deepEqual(connects.tried, []);
  });

  it(`connects to none of ${PORTS.length} ports of other services, even where loopback is allowed`, async () => {
    await client.close();
    build(true);
    for (const port of PORTS)
      assert.equal(await send(`http://127.0.0.1:${port}/hook`), 'ssrf_blocked', String(port));
    assert.deepEqual(connects.tried, []);
  });

  it(`does not read ${UNREADABLE.length} addresses that mean two things`, async () => {
    for (const url of UNREADABLE) assert.equal(await send(url), 'bad_address', url);
    assert.deepEqual(connects.tried, []);
  });
});
