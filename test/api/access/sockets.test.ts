import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import { setDisabled } from '../../../stores/access/principals.ts';
import { type Account, caller, makeAccount, startGuarded, withKey } from '../../hosting/access.ts';
import type { Tributary } from '../../hosting/tributary.ts';

describe('connections that stay open', function () {
  this.timeout(240_000);
  let t: Tributary;
  let north: Account;
  let south: Account;
  let source: string;

  before(async () => {
    t = await startGuarded();
    north = await makeAccount(t.db, 'north', 'manager');
    south = await makeAccount(t.db, 'south', 'manager');
    const made = await caller(t, withKey(north.key))('POST', '/image-pull-sources', {
      name: 'Hooks',
      kind: 'push',
    });
    assert.equal(made.status, 201);
    source = ((await made.json()) as { id: string }).id;
  });
  after(() => t?.close());

  /** Opens a socket. @returns it, or the status that it was refused with */
  function open(headers: Record<string, string>, id = source): Promise<WebSocket | number> {
    const socket = new WebSocket(`${t.url.replace('http', 'ws')}/image-pull-sources/${id}/items`, {
      headers,
    });
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(socket));
      socket.once('unexpected-response', (_req, res) => {
        resolve(res.statusCode ?? 0);
        res.destroy();
      });
      socket.once('error', reject);
    });
  }
  const push = (socket: WebSocket, url: string): Promise<{ ok: boolean; problem?: { status: number } }> => {
    const answer = new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))));
    socket.send(JSON.stringify({ items: [{ url, name: 'a.jpg', etag: '1' }] }));
    return answer.then((text) => JSON.parse(text));
  };

  it('are opened to those only who may push there', async () => {
    const viewer = await makeAccount(t.db, 'north', 'viewer');
    assert.equal(await open({}), 401);
    assert.equal(await open(withKey(`${north.key}x`)), 401);
    assert.equal(await open(withKey(viewer.key)), 403);
    assert.equal(await open(withKey(south.key)), 404);
    assert.equal(await open(withKey(north.key), '00000000-0000-4000-8000-000000000000'), 404);
    const socket = await open(withKey(north.key));
    assert.ok(socket instanceof WebSocket);
    assert.equal((await push(socket, 'http://192.0.2.1/a.jpg')).ok, true);
    const [row] = await t.db.run(
      (sql) =>
        sql`select count(*)::int as n from imports where pull_source_id = ${source} and tenant_id = ${north.tenantId}`,
    );
    assert.equal(row?.['n'], 1);
    socket.terminate();
  });

  it('end, or are of no use, when whoever opened them may no longer', async () => {
    const leaving = await makeAccount(t.db, 'north', 'contributor');
    const socket = await open(withKey(leaving.key));
    assert.ok(socket instanceof WebSocket);
    const events = await fetch(`${t.url}/events`, { headers: withKey(leaving.key) });
    assert.equal(events.status, 200);
    await t.db.tx((tx) => setDisabled(tx, leaving.id, true));
    const since = performance.now();
    const ended = (async () => {
      const reader = events.body?.getReader();
      for (;;) {
        const chunk = await reader?.read().catch(() => undefined);
        if (chunk === undefined || chunk.done) return;
      }
    })();
    for (;;) {
      const answer = await push(socket, 'http://192.0.2.1/b.jpg');
      if (!answer.ok) {
        assert.equal(answer.problem?.status, 401);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    socket.terminate();
    await ended;
    assert.ok(performance.now() - since < 60_000);
  });
});
