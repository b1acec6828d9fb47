import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { WebSocket } from 'ws';
import { sweepFeed } from '../../stores/feed/read.ts';
import { startApiProcess } from '../faults/apiProcesses.ts';
import { type EventStream, openEvents, type StreamedEvent } from '../hosting/eventStream.ts';
import { folderOf, picture, pictures } from '../hosting/pictures.ts';
import { PROCESSES, startTributary, type Tributary } from '../hosting/tributary.ts';

const SEED = 33_000;

/** How far an import has come is told as often as there is time for it; all else is told once. */
const named = (events: readonly StreamedEvent[]): string[] =>
  events.filter(({ type }) => type !== 'import.progress').map(({ id, type }) => `${id} ${type}`);

describe('live updates', function () {
  this.timeout(240_000);
  let t: Tributary;
  const open: EventStream[] = [];

  async function listen(query: string, lastEventId?: string, url = t.url): Promise<EventStream> {
    const stream = await openEvents(`${url}${query}`, lastEventId);
    assert.equal(stream.response.status, 200);
    open.push(stream);
    return stream;
  }

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ env: { STREAMS_PER_ADDRESS: '6' } });
  });
  afterEach(async () => {
    for (const stream of open.splice(0)) {
      stream.close();
      await stream.ended;
    }
  });
  after(() => t?.close());

  async function upload(seed: number, tenant?: string): Promise<number> {
    const answer = await t.upload(await picture(seed), `${seed}.jpg`, tenant);
    return ((await answer.json()) as { asset_id: number }).asset_id;
  }

  it('tell of an upload from its arrival to the trash and back', async () => {
    const stream = await listen('/events?kinds=asset.*');
    const id = await upload(SEED);
    await stream.until(({ type, data }) => type === 'asset.ready' && data.asset_id === id);
    await t.post('/images/trash', { ids: [id] });
    await t.post('/images/restore', { ids: [id] });
    await stream.until(({ type }) => type === 'asset.restored');
    assert.deepEqual(
      stream.events.map(({ type, data }) => [type, data.asset_id]),
      ['asset.created', 'asset.ready', 'asset.trashed', 'asset.restored'].map((type) => [type, id]),
    );
    assert.deepEqual(
      stream.events.map((event) => event.tenant_name),
      Array(4).fill('default'),
    );
  });

  it('are only those that were asked for', async () => {
    const mine = await listen('/events?tenant_name=mine&kinds=asset.ready');
    const all = await listen('/events?kinds=asset.ready');
    const [other, own] = [await upload(SEED + 1, 'other'), await upload(SEED + 2, 'mine')];
    const ready = (id: number) => (event: StreamedEvent) => event.data.asset_id === id;
    await Promise.all([all.until(ready(other)), all.until(ready(own)), mine.until(ready(own))]);
    assert.deepEqual(
      mine.events.map(({ data }) => data.asset_id),
      [own],
    );
    const refused = await fetch(`${t.url}/events?kinds=asset.redy`);
    assert.equal(refused.status, 422);
    assert.match(await refused.text(), /asset\.ready/);
    assert.equal((await fetch(`${t.url}/events?after=yesterday`)).status, 422);
    assert.equal((await fetch(`${t.url}/cameras/${crypto.randomUUID()}/events`)).status, 404);
  });

  it('go on where they were when the API is killed in the middle of an import', async () => {
    const files = 60;
    const folder = await folderOf(await pictures(files, SEED + 100));
    try {
      const importId = await t.startImport(folder);
      const at = `/events?import_id=${importId}`;
      const before = await listen(`${at}&after=0`);
      await before.until(({ type }) => type === 'asset.ready');
      await t.kill('api', 'SIGKILL');
      await before.ended;
      await t.start('api');
      const after = await listen(at, before.lastId);
      await after.until(({ type }) => type === 'import.completed');
      const ready = [...before.events, ...after.events].filter(({ type }) => type === 'asset.ready');
      const ids = ready.map(({ data }) => data.asset_id);
      assert.equal(ids.length, files);
      assert.equal(new Set(ids).size, files);
      assert.ok(after.events.length > 0);
      const all = [...before.events, ...after.events];
      assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
      // Who comes for the first time reads the same from the beginning.
      const whole = await listen(`${at}&after=0`);
      await whole.until(({ type }) => type === 'import.completed');
      assert.deepEqual(named(whole.events), named(all));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('of an import begin with how it stands and end with it', async () => {
    const folder = await folderOf(await pictures(3, SEED + 200));
    try {
      const importId = await t.startImport(folder);
      const stream = await listen(`/imports/${importId}/events`);
      await stream.ended;
      assert.equal(stream.events.at(-1)?.type, 'import.completed');
      assert.equal(stream.events.at(-1)?.data.import?.stored_files, 3);
      const again = await openEvents(`${t.url}/imports/${importId}/events`, stream.lastId);
      assert.equal(again.response.status, 204);
      const late = await listen(`/imports/${importId}/events`);
      await late.ended;
      assert.deepEqual(
        late.events.map(({ type }) => type),
        ['import.completed'],
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('are the same from every API process, also when it does not hear the database any more', async () => {
    const second = await startApiProcess(t);
    try {
      const [one, two] = [await listen('/events'), await listen('/events', undefined, second.url)];
      const first = await upload(SEED + 300);
      const isReady =
        (id: number) =>
        ({ type, data }: StreamedEvent) =>
          type === 'asset.ready' && data.asset_id === id;
      await Promise.all([one.until(isReady(first)), two.until(isReady(first))]);
      const ended = await t.db.run(
        (sql) => sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and query ilike 'listen%'`,
      );
      assert.ok(ended.length >= 2);
      const next = await upload(SEED + 301);
      await Promise.all([one.until(isReady(next)), two.until(isReady(next))]);
      const upTo = ({ events }: EventStream) => named(events.slice(0, events.findIndex(isReady(next)) + 1));
      assert.deepEqual(upTo(one), upTo(two));
      assert.ok(upTo(one).length >= 4);
      // A client may be answered by another process than before, which need not have read as far.
      const moved = await listen('/events', one.lastId, second.url);
      const third = await upload(SEED + 302);
      await moved.until(isReady(third));
      assert.ok(moved.events.every(({ data }) => data.asset_id === undefined || data.asset_id === third));
    } finally {
      await second.stop();
    }
  });

  it('come over a WebSocket as well', async () => {
    const socket = new WebSocket(`${t.url.replace('http', 'ws')}/ws?kinds=asset.ready`);
    const heard: StreamedEvent[] = [];
    try {
      const arrived = (id: number) =>
        new Promise<void>((resolve) => {
          socket.on('message', (data) => {
            const event = JSON.parse(String(data)) as StreamedEvent;
            if (event.type !== ('heartbeat' as string)) heard.push(event);
            if (event.data?.asset_id === id) resolve();
          });
        });
      const [first] = (await once(socket, 'message')) as [Buffer];
      const { id: begin } = JSON.parse(String(first)) as { id: string };
      const stream = await listen('/events?kinds=asset.ready', begin);
      const id = await upload(SEED + 400);
      await Promise.all([arrived(id), stream.until(({ data }) => data.asset_id === id)]);
      assert.deepEqual(heard, stream.events);
      // What is sent to it is of no interest, and does no harm.
      socket.send('hello');
    } finally {
      socket.close();
    }
    const refused = await new Promise<string>((resolve) => {
      const bad = new WebSocket(`${t.url.replace('http', 'ws')}/ws?kinds=nonsense`);
      bad.once('error', (error) => resolve(error.message));
    });
    assert.match(refused, /422/);
    const foreign = await new Promise<string>((resolve) => {
      const bad = new WebSocket(`${t.url.replace('http', 'ws')}/ws`, {
        headers: { origin: 'https://evil.example' },
      });
      bad.once('error', (error) => resolve(error.message));
    });
    assert.match(foreign, /403/);
  });

  it('say so when what somebody missed is not kept any more', async () => {
    const news = await listen('/events?kinds=asset.ready');
    const id = await upload(SEED + 500);
    await news.until(({ data }) => data.asset_id === id);
    await t.db.run((sql) => sql`update feed_events set at = now() - interval '30 days'`);
    await sweepFeed(t.db);
    // A process that has them in memory may still tell them.
    await t.kill('api', 'SIGTERM');
    await t.start('api');
    for (const cursor of ['0', 'of-another-server', '999999999']) {
      const late = await listen('/events?kinds=asset.ready', cursor);
      const expired = (await late.until(({ type }) => type === ('feed.expired' as string))) as unknown as {
        data: { status: number; type: string };
      };
      assert.deepEqual([expired.data.status, expired.data.type], [410, 'tag:tributary,2026:cursor_expired']);
      late.close();
      await late.ended;
    }
    const fresh = await listen('/events?kinds=asset.ready', '0');
    const next = await upload(SEED + 501);
    await fresh.until(({ data }) => data.asset_id === next);
  });

  it('are limited in number for one address', async () => {
    const streams = await Promise.all(Array.from({ length: 6 * PROCESSES }, () => listen('/events')));
    const refused = await fetch(`${t.url}/events`);
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    assert.match(await refused.text(), /6 streams/);
    streams[0]!.close();
    for (;;) {
      const again = await openEvents(`${t.url}/events`);
      if (again.response.status === 200) {
        open.push(again);
        break;
      }
      again.close();
      await again.ended;
    }
  });

  it('end when the API stops, and it does not wait for those who listen', async () => {
    const stream = await listen('/events');
    await t.kill('api', 'SIGTERM');
    await stream.ended;
    await t.start('api');
  });

  it('are one row for a whole batch', async () => {
    const folder = await folderOf(await pictures(24, SEED + 600));
    try {
      const importId = await t.startImport(folder);
      await t.waitImport(importId);
      const rows = await t.db.run(
        (sql) => sql<{ kind: string; rows: number; assets: number }[]>`
          select kind, count(*)::int as rows, sum(cardinality(asset_ids))::int as assets from feed_events
          where import_id = ${importId} and kind = 'asset.ready' group by kind`,
      );
      assert.deepEqual(
        rows.map((row) => ({ ...row })),
        [{ kind: 'asset.ready', rows: 1, assets: 24 }],
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
