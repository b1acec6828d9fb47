import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeAccount, signIn, startGuarded, withToken } from '../hosting/access.ts';
import { picture } from '../hosting/pictures.ts';
import { PROCESSES, startTributary, type Tributary } from '../hosting/tributary.ts';

interface Uploaded {
  asset_id: number;
  job_id: number;
  content_hash: string;
}

const TUS = { 'Tus-Resumable': '1.0.0' };

describe('several API processes behind a balancer', function () {
  this.timeout(240_000);
  let t: Tributary;

  before(async function () {
    this.timeout(240_000);
    t = await startTributary();
  });
  after(() => t?.close());

  /** The ports of all processes: asking until every one was. */
  async function ports(): Promise<number[]> {
    for (let i = 0; i < PROCESSES; i += 1) await fetch(`${t.url}/livez`);
    return [...(t.balancer?.given.keys() ?? [])];
  }

  it('take turns, request by request, also on one connection', async () => {
    assert.equal((await ports()).length, PROCESSES);
    const before = new Map(t.balancer?.given);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; i < 5 * PROCESSES; i += 1) {
      const [answer] = (await once(get(`${t.url}/images`, { agent }), 'response')) as [IncomingMessage];
      answer.resume();
      await once(answer, 'end');
    }
    agent.destroy();
    for (const [port, count] of t.balancer?.given ?? []) assert.equal(count - (before.get(port) ?? 0), 5);
  });

  it('do once what comes to all of them at once with one key', async () => {
    const key = randomUUID();
    const ask = () =>
      fetch(`${t.url}/users`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ name: 'Once' }),
      });
    const answers = await Promise.all(Array.from({ length: 4 * PROCESSES }, ask));
    assert.deepEqual(
      answers.map(({ status }) => status),
      Array(4 * PROCESSES).fill(201),
    );
    assert.equal(new Set(await Promise.all(answers.map((each) => each.text()))).size, 1);
    const replayed = answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true');
    assert.equal(replayed.length, 4 * PROCESSES - 1);
  });

  describe('with an upload in pieces', () => {
    async function begin(bytes: number): Promise<string> {
      const answer = await fetch(`${t.url}/uploads/tus`, {
        method: 'POST',
        headers: { ...TUS, 'Upload-Length': String(bytes) },
      });
      assert.equal(answer.status, 201);
      return answer.headers.get('location') ?? '';
    }
    const patch = (at: string, offset: number, body: Buffer) =>
      fetch(`${t.url}${at}`, {
        method: 'PATCH',
        headers: {
          ...TUS,
          'Content-Type': 'application/offset+octet-stream',
          'Upload-Offset': String(offset),
        },
        body: body as Buffer<ArrayBuffer>,
      });
    const itemsOf = async ({ asset_id }: Uploaded): Promise<number> =>
      (await t.db.run((sql) => sql`select 1 from import_items where asset_id = ${asset_id}`)).length;

    it('take its pieces in turns', async () => {
      const bytes = await picture(70_001, 900, 700);
      const at = await begin(bytes.length);
      const size = Math.ceil(bytes.length / 6);
      let last: Response | undefined;
      for (let offset = 0; offset < bytes.length; offset += size) {
        last = await patch(at, offset, bytes.subarray(offset, offset + size));
        assert.ok(last.ok, await last.clone().text());
      }
      const done = (await last?.json()) as Uploaded;
      assert.equal(done.content_hash, createHash('sha256').update(bytes).digest('hex'));
      assert.equal(await itemsOf(done), 1);
    });

    it('let one of them take it over from another, where it hangs', async () => {
      const bytes = await picture(70_002, 900, 700);
      const half = Math.floor(bytes.length / 2);
      const at = await begin(bytes.length);
      const [first = 0, second = 0] = await ports();
      // Straight to one of them, and only half of what is announced.
      const socket = net.connect(first, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(
        `PATCH ${at} HTTP/1.1\r\nHost: localhost\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n` +
          `Content-Type: application/offset+octet-stream\r\nContent-Length: ${bytes.length}\r\n\r\n`,
      );
      socket.write(bytes.subarray(0, half));
      const id = at.split('/').at(-1) ?? '';
      const writers = () =>
        t.db.run((sql) => sql`select writer from resumable_uploads where id = ${id} and writer is not null`);
      while ((await writers()).length === 0) await sleep(20);
      const head = await fetch(`http://127.0.0.1:${second}${at}`, { method: 'HEAD', headers: TUS });
      assert.equal(head.status, 200);
      const offset = Number(head.headers.get('upload-offset'));
      assert.ok(offset <= half, `${offset}`);
      const done = (await (await patch(at, offset, bytes.subarray(offset))).json()) as Uploaded;
      assert.equal(done.content_hash, createHash('sha256').update(bytes).digest('hex'));
      socket.destroy();
    });

    it('let go of what a process held that was killed', async () => {
      const bytes = await picture(70_003, 900, 700);
      const at = await begin(bytes.length);
      const id = at.split('/').at(-1) ?? '';
      await t.db.run(
        (sql) => sql`update resumable_uploads set writer = ${randomUUID()},
          writer_until = now() + interval '2 seconds' where id = ${id}`,
      );
      const done = await patch(at, 0, bytes);
      assert.equal(done.status, 200, await done.clone().text());
    });

    it('store it once, whoever is asked how it ended', async () => {
      for (let seed = 70_010; seed < 70_015; seed += 1) {
        const bytes = await picture(seed, 600, 400);
        const at = await begin(bytes.length);
        const results = Array.from({ length: 2 * PROCESSES }, async () => {
          for (;;) {
            const answer = await fetch(`${t.url}${at}/result`);
            if (answer.status === 200) return (await answer.json()) as Uploaded;
            assert.equal(answer.status, 409, await answer.text());
          }
        });
        const [patched, ...told] = await Promise.all([
          patch(at, 0, bytes).then((answer) => answer.json() as Promise<Uploaded>),
          ...results,
        ]);
        for (const each of told) assert.deepEqual(each, patched);
        assert.equal(await itemsOf(patched), 1);
      }
    });
  });

  it('end clean', async () => {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });
});

describe('several API processes and who may come in', function () {
  this.timeout(240_000);
  let t: Tributary;

  before(async () => {
    t = await startGuarded();
  });
  after(() => t?.close());

  it('hear of an end long before they would look again', async () => {
    const who = await makeAccount(t.db, 'north', 'viewer');
    const status = async (token: string) =>
      (await fetch(`${t.url}/images`, { headers: withToken(token) })).status;
    const rounds = 10;
    const began = performance.now();
    for (let round = 0; round < rounds; round += 1) {
      const { access_token: token, refresh_token } = await signIn(t, who);
      // Now each of them remembers.
      for (let i = 0; i < PROCESSES; i += 1) assert.equal(await status(token), 200);
      await fetch(`${t.url}/auth/sign-out`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ refresh_token }),
      });
      for (let inRow = 0; inRow < PROCESSES; ) inRow = (await status(token)) === 401 ? inRow + 1 : 0;
    }
    // Without being told, each would have taken ten seconds.
    assert.ok(performance.now() - began < rounds * 8_000, `${performance.now() - began} ms`);
  });
});
