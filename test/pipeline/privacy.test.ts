import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addFrom } from '../../cli/models.ts';
import { brightBlobs, putModel } from '../hosting/models.ts';
import { AT, contrast, HIDDEN, recognised, withPerson } from '../hosting/people.ts';
import { folderOf } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

interface AssetBody {
  thumbhash: string | null;
  renditions: { preset: string; url: string }[];
  detections: { label: string; detection_id: number }[];
}

describe('people whom a tenant wants nobody to recognise', function () {
  this.timeout(240_000);
  let t: Tributary;
  let dir: string;
  const folders: string[] = [];

  before(async function () {
    this.timeout(240_000);
    t = await startTributary();
    dir = await mkdtemp(path.join(tmpdir(), 'tributary-privacy-'));
    const { manifestPath } = await putModel(dir, 'yolov5', brightBlobs(256), {
      ...{ name: 'people', version: '1', input: { width: 256, height: 256 } },
      ...{ classes: ['person', 'animal', 'vehicle'], thresholds: { typical: 0.3, conservative: 0.1 } },
    });
    await addFrom(t.config, manifestPath);
  });
  after(async () => {
    await t.close();
    for (const folder of [dir, ...folders]) await rm(folder, { recursive: true });
  });

  async function bringIn(files: Record<string, Buffer>): Promise<void> {
    const folder = await folderOf(files);
    folders.push(folder);
    const job = await t.waitImport(await t.startImport(folder));
    assert.equal(job.stored_files, Object.keys(files).length);
  }
  const idOf = async (name: string): Promise<number> => {
    const [row] = await t.db.run(
      (sql) => sql<{ id: number }[]>`select id from assets where name = ${name} and state = 'ready'`,
    );
    return row!.id;
  };
  const look = async (name: string): Promise<AssetBody> => t.get<AssetBody>(`/images/${await idOf(name)}`);
  async function bytesOf(at: string): Promise<Buffer> {
    for (;;) {
      const answer = await fetch(`${t.url}${at}`);
      if (answer.status === 503) {
        await sleep(100);
        continue;
      }
      assert.equal(answer.status, 200, at);
      return Buffer.from(await answer.arrayBuffer());
    }
  }
  async function all(name: string): Promise<Map<string, number>> {
    const id = await idOf(name);
    const found = new Map<string, number>();
    for (const preset of ['zoom', 'card', 'thumb'])
      found.set(preset, await contrast(await bytesOf(`/retrieve/rendition/${id}/${preset}`)));
    for (const width of [320, 480])
      found.set(
        `fly ${width}`,
        await contrast(await bytesOf(`/images/${id}/render?width=${width}&format=jpeg`)),
      );
    for (const [preset, bytes] of await byContent(name)) found.set(preset, await contrast(bytes));
    return found;
  }
  /** What its own addresses give. While a reprocess is on its way, an address may be gone before it is asked for. */
  async function byContent(name: string): Promise<Map<string, Buffer>> {
    for (;;) {
      const asked = (await look(name)).renditions;
      const found = new Map<string, Buffer>();
      for (const { preset, url } of asked) {
        const answer = await fetch(`${t.url}${url}`);
        if (answer.status === 200) found.set(`by content ${preset}`, Buffer.from(await answer.arrayBuffer()));
        else await answer.body?.cancel();
      }
      if (found.size === asked.length) return found;
      const now = (await look(name)).renditions;
      assert.notDeepEqual(now, asked, 'an address that is still given out answers');
    }
  }
  const put = async (settings: object): Promise<{ reprocess_id: string | null }> => {
    const answer = await fetch(`${t.url}/tenants/default/privacy`, {
      method: 'PUT',
      body: JSON.stringify(settings),
      headers: { 'content-type': 'application/json' },
    });
    assert.equal(answer.status, 200, await answer.clone().text());
    return (await answer.json()) as { reprocess_id: string | null };
  };
  async function quiet(): Promise<void> {
    for (;;) {
      const [row] = await t.db.run(
        (sql) => sql<{ open: number }[]>`
          select count(*) as open from reprocesses where finished_at is null`,
      );
      if (row?.open === 0) return;
      await sleep(50);
    }
  }
  const status = async (at: string): Promise<number> => (await fetch(`${t.url}${at}`)).status;
  const said = (name: string, body: object) =>
    idOf(name).then((id) => t.post(`/images/${id}/annotations`, { author: 'Ada', ...body }));

  it('are shown as long as nobody wants that', async () => {
    await bringIn({ 'early.jpg': await withPerson(1) });
    assert.ok((await look('early.jpg')).detections.length > 0);
    for (const [what, seen] of await all('early.jpg')) assert.ok(seen > recognised(what), `${what}: ${seen}`);
    assert.equal(await status(`/retrieve/original/${await idOf('early.jpg')}`), 200);
  });

  it('are gone from everything that is given out as soon as somebody does', async () => {
    const before = await look('early.jpg');
    const { reprocess_id: reprocess } = await put({ blur_people: true });
    assert.notEqual(reprocess, null);
    // Whether the reprocess has come to it or not.
    for (const [what, seen] of await all('early.jpg')) assert.ok(seen < HIDDEN, `${what}: ${seen}`);
    for (const { url } of before.renditions) assert.equal(await status(url), 404, url);
    assert.equal(await status(`/retrieve/original/${await idOf('early.jpg')}`), 403);
    await quiet();
    const after = await look('early.jpg');
    assert.deepEqual(after.renditions.map(({ preset }) => preset).toSorted(), ['card', 'thumb', 'zoom']);
    assert.ok(after.renditions.every(({ url }) => before.renditions.every((old) => old.url !== url)));
    for (const [what, seen] of await all('early.jpg')) assert.ok(seen < HIDDEN, `${what}: ${seen}`);
    assert.ok(after.thumbhash !== null && after.thumbhash !== before.thumbhash);
  });

  it('are hidden in pictures that come in', async () => {
    await bringIn({ 'late.jpg': await withPerson(2) });
    for (const [what, seen] of await all('late.jpg')) assert.ok(seen < HIDDEN, `${what}: ${seen}`);
    await quiet();
    assert.equal((await look('late.jpg')).renditions.length, 3);
  });

  it('appear again where somebody says that it is nobody, and are hidden where somebody marks them', async () => {
    await said('late.jpg', { action: 'nothing_here' });
    await quiet();
    for (const [what, seen] of await all('late.jpg')) assert.ok(seen > recognised(what), `${what}: ${seen}`);
    assert.equal(await status(`/retrieve/original/${await idOf('late.jpg')}`), 200);
    await said('late.jpg', {
      ...{ action: 'add', label: 'person' },
      bbox: [AT.left / 16, AT.top / 16, AT.width / 16, AT.height / 16],
    });
    for (const [what, seen] of await all('late.jpg')) assert.ok(seen < HIDDEN, `${what}: ${seen}`);
    await quiet();
  });

  it('another model finds them although what is shown does not have them any more', async () => {
    const id = await idOf('early.jpg');
    const { reprocess_id: again } = await t.post<{ reprocess_id: string }>('/reprocess', {
      what: 'detections',
    });
    await t.db.run((sql) => sql`delete from detection_runs where asset_id = ${id}`);
    await t.post('/reprocess', { what: 'detections', filter: { ids: [id] } });
    await quiet();
    assert.ok(again);
    assert.ok((await look('early.jpg')).detections.length > 0);
    for (const [what, seen] of await all('early.jpg')) assert.ok(seen < HIDDEN, `${what}: ${seen}`);
  });

  it('are shown again when nobody wants it any more', async () => {
    await put({ blur_people: false });
    for (const [what, seen] of await all('early.jpg')) assert.ok(seen > recognised(what), `${what}: ${seen}`);
    await quiet();
    assert.equal((await look('early.jpg')).renditions.length, 3);
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });
});
