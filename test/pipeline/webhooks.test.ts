import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook as Verifier } from 'standardwebhooks';
import { type HookReceiver, type Received, startHookReceiver } from '../hosting/hookReceiver.ts';
import { folderOf, picture, pictures } from '../hosting/pictures.ts';
import { readyAsset } from '../hosting/purging.ts';
import { APART, startTributary, type Tributary } from '../hosting/tributary.ts';

interface Hook {
  id: string;
  secret: string;
  enabled: boolean;
  disabled: { reason: string; advice: string } | null;
  failing_since: string | null;
  failed_deliveries: number;
  previous_secret_until: string | null;
}
interface Delivery {
  id: number;
  state: string;
  event: string;
  message_id: string;
  attempts: {
    status: number | null;
    took_ms: number;
    failure: { type: string; detail: string } | null;
    answer: string | null;
  }[];
}
interface Message {
  type: string;
  timestamp: string;
  id: string;
  tenant_name: string;
  data: { asset_id?: number; import?: { stored_files: number }; links: Record<string, string> };
}

const SEED = 52_000;

/** As any receiver would: with the library of the specification. @throws when it is not from who knows the secret */
function verified(secret: string, { body, headers }: Received): Message {
  return new Verifier(secret).verify(body, headers as Record<string, string>) as Message;
}

describe('webhooks', function () {
  this.timeout(240_000);
  let t: Tributary;
  let hooks: HookReceiver;
  const answers: string[] = [];

  before(async function () {
    this.timeout(240_000);
    hooks = await startHookReceiver();
    t = await startTributary({
      parts: APART,
      env: {
        SECRET_KEY: 'a key of thirty-two characters or more',
        WEBHOOK_RETRY_SECONDS: '0.1,0.1,0.2',
        WEBHOOK_TIMEOUT_MS: '1500',
        PUBLIC_URL: 'https://tributary.example',
        LOG_LEVEL: 'debug',
      },
    });
  });
  beforeEach(() => {
    hooks.received = [];
    hooks.next = [];
  });
  after(async () => {
    await t?.close();
    await hooks?.close();
  });

  async function call<T>(method: string, at: string, body?: unknown, expected = 200): Promise<T> {
    const response = await fetch(`${t.url}${at}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    const text = await response.text();
    assert.equal(response.status, expected, `${method} ${at}: ${text}`);
    if (!text.includes('"secret":')) answers.push(text);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  const make = (more: object = {}) =>
    call<Hook>('POST', '/webhooks', { url: hooks.url, events: ['asset.ready'], ...more }, 201);
  const remove = (hook: Hook) => call('DELETE', `/webhooks/${hook.id}`, undefined, 204);

  async function upload(seed: number, tenant?: string): Promise<number> {
    const answer = await t.upload(await picture(seed), `${seed}.jpg`, tenant);
    return ((await answer.json()) as { asset_id: number }).asset_id;
  }

  async function settled(hook: Hook, id: number): Promise<Delivery> {
    for (;;) {
      const delivery = await call<Delivery>('GET', `/webhooks/${hook.id}/deliveries/${id}`);
      if (delivery.state !== 'pending') return delivery;
      await sleep(50);
    }
  }

  async function test(hook: Hook): Promise<Delivery> {
    const { id } = await call<Delivery>('POST', `/webhooks/${hook.id}/test`, {}, 202);
    return settled(hook, id);
  }

  it('are told what they asked for, signed so that the library of the specification believes it', async () => {
    const hook = await make({ events: ['asset.ready', 'asset.trashed'] });
    assert.match(hook.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    const id = await upload(SEED);
    await hooks.until(({ length }) => length === 1);
    await call('POST', '/images/trash', { ids: [id] });
    await hooks.until(({ length }) => length === 2);
    const [ready, trashed] = hooks.received.map((each) => verified(hook.secret, each));
    assert.deepEqual([ready?.type, ready?.data.asset_id, ready?.tenant_name], ['asset.ready', id, 'default']);
    assert.deepEqual([trashed?.type, trashed?.data.asset_id], ['asset.trashed', id]);
    assert.equal(ready?.data.links['asset'], `https://tributary.example/retrieve/asset/${id}`);
    assert.ok(!Number.isNaN(Date.parse(ready?.timestamp ?? '')));
    assert.equal(hooks.received[0]?.headers['content-type'], 'application/json');
    // Anybody else is not believed.
    const other = await make();
    assert.throws(() => verified(other.secret, hooks.received[0]!));
    const forged = {
      ...hooks.received[0]!,
      body: hooks.received[0]!.body.replace('asset.ready', 'asset.purged'),
    };
    assert.throws(() => verified(hook.secret, forged));
    assert.doesNotMatch(JSON.stringify(await call('GET', '/webhooks')), /whsec_/);
    await Promise.all([remove(hook), remove(other)]);
  });

  it('hear of their tenant alone, and of nothing that happened before', async () => {
    await readyAsset(t, await picture(SEED + 10), 'theirs');
    const hook = await make({ tenant_name: 'theirs', events: ['asset.*', 'import.*'] });
    await upload(SEED + 11);
    const own = await upload(SEED + 12, 'theirs');
    await hooks.until((all) => all.some(({ body }) => body.includes('asset.ready')));
    const heard = hooks.received.map((each) => verified(hook.secret, each));
    assert.ok(heard.every((message) => message.tenant_name === 'theirs'));
    assert.ok(heard.every(({ data }) => data.asset_id === undefined || data.asset_id === own));
    await remove(hook);
  });

  it('get one message for each picture of an import, in their order, and one for its end', async () => {
    const hook = await make({ events: ['asset.ready', 'import.completed'] });
    const folder = await folderOf(await pictures(30, SEED + 100));
    try {
      await t.startImport(folder);
      await hooks.until((all) => all.some(({ body }) => body.includes('import.completed')));
      await hooks.until(({ length }) => length >= 31);
      const heard = hooks.received.map((each) => verified(hook.secret, each));
      const ids = heard.flatMap(({ data }) => (data.asset_id === undefined ? [] : [data.asset_id]));
      assert.equal(new Set(ids).size, 30);
      assert.equal(ids.length, 30);
      const end = heard.find(({ type }) => type === 'import.completed');
      assert.equal(end?.data.import?.stored_files, 30);
      let deliveries: Delivery[];
      do {
        // How a message went is noted after its receiver has it.
        ({ deliveries } = await call<{ deliveries: Delivery[] }>(
          'GET',
          `/webhooks/${hook.id}/deliveries?limit=100`,
        ));
      } while (deliveries.some(({ state }) => state === 'pending'));
      assert.deepEqual(
        deliveries.map(({ state }) => state),
        Array(31).fill('delivered'),
      );
    } finally {
      await rm(folder, { recursive: true });
      await remove(hook);
    }
  });

  it('are tried again under the same id until they are taken', async () => {
    const hook = await make();
    // A connection that is closed in the place of an answer is tried once more at once.
    hooks.next = [{ status: 500, body: `no, not with ${hook.secret}` }, 'silent', 'hang-up', 'hang-up'];
    const delivery = await test(hook);
    assert.equal(delivery.state, 'delivered');
    assert.deepEqual(
      delivery.attempts.map(({ status, failure }) => [status, failure?.type ?? null]),
      [
        [500, 'webhook_refused'],
        [null, 'source_timeout'],
        [null, 'source_unreachable'],
        [204, null],
      ],
    );
    assert.equal(delivery.attempts[0]?.answer, 'no, not with whsec_…');
    assert.ok(delivery.attempts.every(({ took_ms }) => took_ms < 10_000));
    const ids = new Set(hooks.received.map(({ headers }) => headers['webhook-id']));
    assert.deepEqual([...ids], [delivery.message_id]);
    for (const each of hooks.received) assert.equal(verified(hook.secret, each).type, 'webhook.test');
    await remove(hook);
  });

  it('give up after their tries, and are sent again when somebody asks', async () => {
    const hook = await make();
    const begun = new Date().toISOString();
    hooks.next = Array(4).fill({ status: 503 });
    const failed = await test(hook);
    assert.deepEqual([failed.state, failed.attempts.length], ['failed', 4]);
    const body = await call<Hook>('GET', `/webhooks/${hook.id}`);
    assert.deepEqual([body.failed_deliveries, body.failing_since === null], [1, false]);
    await call('POST', `/webhooks/${hook.id}/deliveries/${failed.id}/redeliver`, {}, 202);
    const again = await settled(hook, failed.id);
    assert.deepEqual([again.state, again.attempts.length], ['delivered', 5]);
    assert.equal((await call<Hook>('GET', `/webhooks/${hook.id}`)).failing_since, null);
    hooks.next = Array(8).fill({ status: 500 });
    const [one, two] = [await test(hook), await test(hook)];
    assert.deepEqual([one.state, two.state], ['failed', 'failed']);
    assert.deepEqual(await call('POST', `/webhooks/${hook.id}/redeliver`, { since: begun }, 202), {
      count: 2,
    });
    assert.equal((await settled(hook, one.id)).state, 'delivered');
    assert.equal((await settled(hook, two.id)).state, 'delivered');
    await remove(hook);
  });

  it('wait as long as the receiver asks them to', async () => {
    const hook = await make();
    hooks.next = [{ status: 429, headers: { 'retry-after': '2' } }];
    await test(hook);
    const [first, second] = hooks.received;
    assert.ok(second!.at - first!.at >= 1_900, `${second!.at - first!.at} ms`);
    await remove(hook);
  });

  it('follow no redirect, and read little of what they are answered', async () => {
    const hook = await make();
    const places = ['http://169.254.169.254/latest/meta-data/', `${hooks.url}/elsewhere`];
    hooks.next = [...places, ...places].map((location) => ({ status: 302, headers: { location } }));
    const refused = await test(hook);
    assert.deepEqual(
      refused.attempts.map(({ failure }) => failure?.type),
      Array(4).fill('redirect_refused'),
    );
    assert.ok(hooks.received.every(({ path }) => path === '/hook'));
    hooks.next = ['endless'];
    const taken = await test(hook);
    assert.equal(taken.state, 'delivered');
    // Nothing waits: its workflow ends, and begins anew with the next message.
    await t.client.workflow.getHandle(`webhook:${hook.id}`).result();
    assert.ok((taken.attempts[0]?.answer?.length ?? 0) <= 1_024);
    assert.ok(hooks.sent() < 64 * 2 ** 20, `${hooks.sent()} bytes`);
    await remove(hook);
  });

  it('are switched off by an answer of 410, which is an event', async () => {
    const [gone, witness] = [await make(), await make({ events: ['webhook.disabled'] })];
    hooks.next = [{ status: 410 }];
    assert.equal((await test(gone)).state, 'failed');
    const off = await call<Hook>('GET', `/webhooks/${gone.id}`);
    assert.deepEqual([off.enabled, off.disabled?.reason], [false, 'webhook_gone']);
    assert.match(off.disabled?.advice ?? '', /another address/);
    await hooks.until(({ length }) => length === 2);
    const told = verified(witness.secret, hooks.received[1]!);
    assert.deepEqual(
      [told.type, (told.data as { webhook_id?: string }).webhook_id],
      ['webhook.disabled', gone.id],
    );
    await call('POST', `/webhooks/${gone.id}/test`, {}, 409);
    await call('PATCH', `/webhooks/${gone.id}`, { enabled: true });
    assert.equal((await test(gone)).state, 'delivered');
    await Promise.all([remove(gone), remove(witness)]);
  });

  it('sign with the old secret and the new one for a while', async () => {
    const hook = await make();
    const turned = await call<Hook>('POST', `/webhooks/${hook.id}/rotate-secret`, {});
    assert.notEqual(turned.secret, hook.secret);
    assert.ok(Date.parse(turned.previous_secret_until ?? '') > Date.now());
    await test(hook);
    for (const secret of [hook.secret, turned.secret]) verified(secret, hooks.received[0]!);
    await t.db.run((sql) => sql`update webhooks set previous_until = now() where id = ${hook.id}`);
    await test(hook);
    verified(turned.secret, hooks.received[1]!);
    assert.throws(() => verified(hook.secret, hooks.received[1]!));
    await remove(hook);
  });

  it('are sent what happened although the API and the worker are killed in between', async () => {
    const hook = await make();
    const folder = await folderOf(await pictures(40, SEED + 200));
    try {
      const importId = await t.startImport(folder);
      await hooks.until(({ length }) => length >= 1);
      await Promise.all([t.kill('api', 'SIGKILL'), t.kill('io', 'SIGKILL')]);
      await t.start('api');
      await t.start('io');
      await t.waitImport(importId);
      const distinct = (all: readonly Received[]) =>
        new Set(all.map(({ headers }) => headers['webhook-id'])).size;
      await hooks.until((all) => distinct(all) >= 40);
      const ids = hooks.received.map((each) => verified(hook.secret, each).data.asset_id);
      assert.equal(new Set(ids).size, 40);
      assert.equal(distinct(hooks.received), 40);
    } finally {
      await rm(folder, { recursive: true });
      await remove(hook);
    }
  });

  it('are refused where they could never work', async () => {
    const refused = (body: object) => call('POST', '/webhooks', body, 422);
    await refused({ url: 'ftp://example.org/', events: ['asset.ready'] });
    await refused({ url: 'https://user:pass@example.org/', events: ['asset.ready'] });
    await refused({ url: hooks.url, events: ['asset.redy'] });
    await refused({ url: hooks.url, events: ['import.progress'] });
    await refused({ url: hooks.url, events: [] });
    await refused({ url: hooks.url, events: ['asset.ready'], camera_id: crypto.randomUUID() });
    await call('GET', `/webhooks/${crypto.randomUUID()}`, undefined, 404);
    await call('DELETE', `/webhooks/${crypto.randomUUID()}`, undefined, 404);
  });

  it('are switched off after days without any success', async () => {
    const hook = await make();
    hooks.next = Array(8).fill({ status: 500 });
    await test(hook);
    assert.equal((await call<Hook>('GET', `/webhooks/${hook.id}`)).enabled, true);
    await t.db.run(
      (sql) => sql`update webhooks set failing_since = now() - interval '6 days' where id = ${hook.id}`,
    );
    const last = await test(hook);
    assert.deepEqual([last.state, last.attempts.length], ['failed', 1]);
    const off = await call<Hook>('GET', `/webhooks/${hook.id}`);
    assert.deepEqual([off.enabled, off.disabled?.reason], [false, 'webhook_failing']);
    await remove(hook);
  });

  it('leave their secrets nowhere', async () => {
    const hook = await make();
    const plain = hook.secret.replace('whsec_', '');
    hooks.next = [{ status: 500, body: plain }];
    await test(hook);
    const tables = await t.db.run(
      (sql) => sql<{ name: string }[]>`select tablename as name from pg_tables where schemaname = 'public'`,
    );
    for (const { name } of tables) {
      const [row] = await t.db.run(
        (sql) => sql<{ text: string }[]>`select coalesce(json_agg(r)::text, '') as text from ${sql(name)} r`,
      );
      assert.ok(!row!.text.includes(plain), name);
    }
    assert.ok(answers.every((answer) => !answer.includes(plain)));
    assert.ok(!t.output().includes(plain));
    const history = await t.client.workflow.getHandle(`webhook:${hook.id}`).fetchHistory();
    assert.ok(!JSON.stringify(history).includes(Buffer.from(plain).toString('base64').slice(0, -2)));
    await remove(hook);
    const left = await t.db.run((sql) => sql`select id from credentials where kind = 'webhook'`);
    assert.equal(left.length, 0);
  });

  it('end clean', async () => {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });
});
