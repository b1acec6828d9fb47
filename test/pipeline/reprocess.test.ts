import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { PIPELINE_VERSION } from '../../domain/presets.ts';
import { dropLoose } from '../../stores/looseObjects.ts';
import { folderOf, pictures } from '../hosting/pictures.ts';
import { APART, startTributary, type Tributary } from '../hosting/tributary.ts';

interface Reprocess {
  reprocess_id: string;
  state: string;
  total: number | null;
  checked: number;
  made: number;
  failed: number;
  images_per_minute: number | null;
  failures: { asset_id: number; type: string }[];
}

describe('reprocessing', function () {
  this.timeout(180_000);
  /** More than is in flight at a time, so that a pause finds something left to do. */
  const COUNT = 160;
  let t: Tributary;
  let folder: string;
  let ids: number[];

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ parts: APART, env: { DECODE_CHILDREN: '2' } });
    folder = await folderOf(await pictures(COUNT, 9_000));
    await t.waitImport(await t.startImport(folder));
    ids = (
      await t.db.run((sql) => sql<{ id: number }[]>`select id from assets where state = 'ready' order by id`)
    ).map((row) => row.id);
    assert.equal(ids.length, COUNT);
  });
  after(async () => {
    await t.close();
    await rm(folder, { recursive: true });
  });

  const look = (id: string) => t.get<Reprocess>(`/reprocess/${id}`);
  const begin = async (body: object = {}) => (await t.post<Reprocess>('/reprocess', body)).reprocess_id;
  async function finished(id: string): Promise<Reprocess> {
    for (;;) {
      const now = await look(id);
      if (['completed', 'cancelled'].includes(now.state)) return now;
      await sleep(50);
    }
  }
  async function put(name: string, definition: object): Promise<number> {
    const own = (await t.get<{ presets: { name: string; built_in: boolean }[] }>('/presets')).presets.some(
      (preset) => preset.name === name && !preset.built_in,
    );
    const answer = await fetch(`${t.url}/presets${own ? `/${name}` : ''}`, {
      method: own ? 'PUT' : 'POST',
      body: JSON.stringify(own ? definition : { name, ...definition }),
      headers: { 'content-type': 'application/json' },
    });
    assert.ok(answer.ok, `${answer.status} ${await answer.clone().text()}`);
    return ((await answer.json()) as { version: number }).version;
  }
  const patch = (id: string, change: object) =>
    fetch(`${t.url}/reprocess/${id}`, {
      ...{ method: 'PATCH', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify(change),
    });
  const versions = (preset: string) =>
    t.db.run(
      (sql) => sql<{ version: number; count: number }[]>`
        select version, count(*) from renditions where preset = ${preset} group by version order by version`,
    );
  async function dropNow(): Promise<void> {
    await t.db.run((sql) => sql`update loose_objects set due_at = now() - interval '1 second'`);
    await dropLoose(t.db, t.objects);
  }
  async function clean(): Promise<void> {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  }

  it('makes a new eager preset for what is there, and a changed one anew; old ones serve until then', async () => {
    const first = await put('square', { width: 120, height: 120, fit: 'cover', eager: true });
    await clean();
    const made = await finished(await begin());
    assert.deepEqual(
      [made.state, made.total, made.checked, made.made, made.failed],
      ['completed', COUNT, COUNT, COUNT, 0],
    );
    assert.deepEqual([...(await versions('square'))], [{ version: first, count: COUNT }]);
    const second = await put('square', { width: 90, height: 90, fit: 'cover', eager: true });
    const old = await fetch(`${t.url}/retrieve/rendition/${ids[0]}/square`);
    assert.equal((await sharp(Buffer.from(await old.arrayBuffer())).metadata()).width, 120);
    await clean();
    const again = await finished(await begin({ preset: 'square' }));
    assert.equal(again.made, COUNT);
    assert.deepEqual([...(await versions('square'))], [{ version: second, count: COUNT }]);
    await dropNow();
    for await (const object of t.objects.list(''))
      assert.ok(!object.key.includes(`square-${first}`), object.key);
    await clean();
    const idle = await finished(await begin());
    assert.deepEqual([idle.checked, idle.made], [COUNT, 0], 'what is as it should be is not made again');
  });

  it('keeps the pace that people set, and another one when they change it', async () => {
    const version = await put('square', { width: 85, height: 85, fit: 'cover', eager: true });
    const id = await begin({ images_per_minute: 4 });
    assert.equal((await look(id)).images_per_minute, 4);
    const waits = async (): Promise<number[]> => {
      const { events } = await t.client.workflow.getHandle(`reprocess:${id}`).fetchHistory();
      return (events ?? []).flatMap(({ timerStartedEventAttributes: timer }) =>
        timer?.startToFireTimeout == null ? [] : [Number(timer.startToFireTimeout.seconds)],
      );
    };
    // An image, then a quarter of a minute.
    while ((await waits()).length === 0) await sleep(100);
    const [wait] = await waits();
    assert.ok(wait !== undefined && wait <= 15, String(wait));
    const changed = await patch(id, { images_per_minute: null });
    assert.deepEqual([changed.status, (await look(id)).images_per_minute], [200, null]);
    assert.deepEqual((await finished(id)).made, COUNT);
    assert.deepEqual([...(await versions('square'))], [{ version, count: COUNT }]);
    assert.equal((await patch(id, { images_per_minute: 5 })).status, 409);
    assert.equal((await patch(id, { images_per_minute: 0 })).status, 422);
  });

  it('stops and goes on as it is told, and ends when it is cancelled', async () => {
    const version = await put('square', { width: 80, height: 80, fit: 'cover', eager: true });
    // Nobody makes anything yet, so that the pause comes before the end.
    await t.kill('cpu', 'SIGTERM');
    const id = await begin();
    await steer(id, 'pause');
    await t.start('cpu');
    for (;;) {
      const progress = await t.client.workflow
        .getHandle(`reprocess:${id}`)
        .query<{ rangesInFlight: number }>('progress');
      if (progress.rangesInFlight === 0) break;
      await sleep(20);
    }
    const paused = await look(id);
    assert.equal(paused.state, 'paused');
    await sleep(1_000);
    assert.equal((await look(id)).made, paused.made);
    await steer(id, 'resume');
    assert.equal((await finished(id)).state, 'completed');
    assert.deepEqual([...(await versions('square'))], [{ version, count: COUNT }]);
    assert.equal((await fetch(`${t.url}/reprocess/${id}/pause`, { method: 'POST' })).status, 409);

    await put('square', { width: 70, height: 70, fit: 'cover', eager: true });
    await t.kill('cpu', 'SIGTERM');
    const other = await begin();
    await steer(other, 'pause');
    await steer(other, 'cancel');
    await t.start('cpu');
    const end = await finished(other);
    assert.equal(end.state, 'cancelled');
    assert.ok(end.made < COUNT);
    await clean();
  });

  async function steer(id: string, what: string): Promise<void> {
    // The first moments belong to the start of the workflow.
    for (;;) {
      const answer = await fetch(`${t.url}/reprocess/${id}/${what}`, { method: 'POST' });
      if (answer.ok) return;
      assert.equal(answer.status, 409);
      assert.notEqual((await look(id)).state, 'completed');
      await sleep(10);
    }
  }

  it('goes on where it was when its worker dies', async () => {
    const version = await put('square', { width: 60, height: 60, fit: 'cover', eager: true });
    const id = await begin();
    while ((await look(id)).made < 5) await sleep(5);
    await t.kill('cpu', 'SIGKILL');
    await t.start('cpu');
    const end = await finished(id);
    assert.deepEqual([end.state, end.checked, end.made, end.failed], ['completed', COUNT, COUNT, 0]);
    assert.deepEqual([...(await versions('square'))], [{ version, count: COUNT }]);
    await t.db.run((sql) => sql`update loose_objects set due_at = now() - interval '1 second'`);
    await dropLoose(t.db, t.objects);
    await clean();
  });

  it('notes what failed, and leaves the asset as it was', async () => {
    const [gone, torn] = [ids[3]!, ids[4]!];
    const files = await t.db.run(
      (sql) => sql<{ id: number; key: string }[]>`
        select id, tenant_id || '/' || uid || '/original' as key from assets where id in (${gone}, ${torn}) order by id`,
    );
    const file = (index: number) => path.join(t.config.storage.objectsDir, files[index]!.key);
    const kept = await Promise.all([readFile(file(0)), readFile(file(1))]);
    await rm(file(0));
    await writeFile(file(1), kept[1].subarray(0, 300));
    await put('square', { width: 50, height: 50, fit: 'cover', eager: true });
    const end = await finished(await begin({ filter: { ids: ids.slice(0, 6) } }));
    assert.deepEqual([end.total, end.made, end.failed], [6, 4, 2]);
    assert.deepEqual(
      end.failures.map(({ asset_id, type }) => [asset_id, type]),
      [
        [gone, 'object_missing'],
        [torn, 'truncated'],
      ],
    );
    for (const id of [gone, torn]) {
      assert.equal((await t.get<{ status: string }>(`/retrieve/asset/${id}`)).status, 'ready');
      assert.equal((await fetch(`${t.url}/retrieve/rendition/${id}/square`)).status, 200);
    }
    await writeFile(file(0), kept[0]);
    await writeFile(file(1), kept[1]);
    await clean();
  });

  it('reads facts anew that an older pipeline wrote', async () => {
    const id = ids[10]!;
    const [before] = await t.db.run(
      (sql) => sql<{ phash: string }[]>`select phash from assets where id = ${id}`,
    );
    await t.db.run(
      (sql) => sql`update assets set pipeline_version = 0, phash = null, width = 1 where id = ${id}`,
    );
    const end = await finished(await begin({ filter: { ids: [id] } }));
    assert.equal(end.made, 1);
    const [after] = await t.db.run(
      (sql) => sql<{ phash: string; width: number; version: number; state: string }[]>`
        select phash, width, pipeline_version as version, state from assets where id = ${id}`,
    );
    assert.deepEqual(
      { ...after },
      { phash: before!.phash, width: 320, version: PIPELINE_VERSION, state: 'ready' },
    );
    await clean();
  });

  it('follows the focal point of an asset, for what is eager and for what is not', async () => {
    const half = (left: string, right: string) =>
      sharp({ create: { width: 800, height: 200, channels: 3, background: left } })
        .composite([
          {
            input: { create: { width: 400, height: 200, channels: 3, background: right } },
            left: 400,
            top: 0,
          },
        ])
        .jpeg()
        .toBuffer();
    const upload = await t.upload(await half('#ff0000', '#0000ff'), 'halves.jpg');
    const { asset_id: id } = (await upload.json()) as { asset_id: number };
    while ((await t.get<{ status: string }>(`/retrieve/asset/${id}`)).status !== 'ready') await sleep(30);
    await put('lazy', { width: 100, height: 100, fit: 'cover', focus: { x: 1, y: 0.5 } });
    const colour = async (preset: string) => {
      const bytes = Buffer.from(
        await (await fetch(`${t.url}/retrieve/rendition/${id}/${preset}`)).arrayBuffer(),
      );
      const [r, , b] = await sharp(bytes).resize(1, 1).raw().toBuffer();
      return r! > 200 ? 'red' : b! > 200 ? 'blue' : 'both';
    };
    const patch = (focal_point: unknown) =>
      fetch(`${t.url}/images/${id}`, {
        method: 'PATCH',
        body: JSON.stringify({ focal_point }),
        headers: { 'content-type': 'application/json' },
      });
    assert.deepEqual([await colour('square'), await colour('lazy')], ['both', 'blue']);
    assert.equal((await patch({ x: 0.1, y: 0.5 })).status, 200);
    assert.equal(await colour('lazy'), 'red');
    while ((await versions('square')).length === 0 || (await focusOf()) !== '0.100,0.500') await sleep(50);
    assert.equal(await colour('square'), 'red');
    assert.equal((await patch(null)).status, 200);
    assert.equal(await colour('lazy'), 'blue');
    assert.equal((await patch({ x: 1.1, y: 0 })).status, 422);
    while ((await focusOf()) !== '') await sleep(50);
    await clean();

    async function focusOf(): Promise<string> {
      const [row] = await t.db.run(
        (sql) =>
          sql<{ focus: string }[]>`select focus from renditions where asset_id = ${id} and preset = 'square'`,
      );
      return row?.focus ?? 'none';
    }
  });

  it('refuses what it does not know', async () => {
    const post = (body: object) =>
      fetch(`${t.url}/reprocess`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
    assert.equal((await post({ preset: 'none' })).status, 404);
    assert.equal((await post({ filter: { ids: [] } })).status, 422);
    assert.equal((await post({ presets: ['thumb'] })).status, 422);
    assert.equal((await fetch(`${t.url}/reprocess/00000000-0000-4000-8000-000000000000`)).status, 404);
  });
});
