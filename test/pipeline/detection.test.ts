import assert from 'node:assert/strict';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { addFrom, check, listed, remove, use } from '../../cli/models.ts';
import { modelDir } from '../../detection/modelFiles.ts';
import { brightBlobs, putModel } from '../hosting/models.ts';
import { folderOf } from '../hosting/pictures.ts';
import { APART, startTributary, type Tributary } from '../hosting/tributary.ts';

interface Shown {
  origin: string;
  label: string;
  confidence: number | null;
  bbox: number[];
  model: string | null;
  detection_id: number | null;
  annotation_id: number | null;
  author: string | null;
}
interface AssetBody {
  detections: Shown[];
  nothing_here: boolean;
  detection_status: { state: string; reason: string | null; model: string | null } | null;
  timeline: { kind: string; text: string }[];
}
interface Annotated {
  nothing_here: boolean;
  shown: Shown[];
  human: { annotation_id: number; state: string; label: string; author: string; confidence: number | null }[];
  machine: { detection_id: number; annotation_id: number | null; confidence: number }[];
  history: {
    kind: string;
    author: string;
    comment: string | null;
    before: object | null;
    after: object | null;
  }[];
}
interface Reprocess {
  reprocess_id: string;
  state: string;
  model: string | null;
  made: number;
  failed: number;
  failures: { type: string }[];
}

const CELL = 32;

/** A dark picture of 16 × 16 cells, with some cells as bright as asked for; the model sees each as an animal. */
async function spotted(
  seed: number,
  cells: readonly (readonly [x: number, y: number, grey?: number])[],
): Promise<Buffer> {
  const spots = await Promise.all(
    cells.map(async ([x, y, grey = 255]) => ({
      input: await sharp({
        create: { width: CELL, height: CELL, channels: 3, background: { r: grey, g: grey, b: grey } },
      })
        .png()
        .toBuffer(),
      left: x * CELL,
      top: y * CELL,
    })),
  );
  return sharp({
    create: { width: 512, height: 512, channels: 3, background: { r: 10, g: seed % 60, b: 20 } },
  })
    .composite(spots)
    .jpeg({ quality: 95 })
    .toBuffer();
}

const box = (x: number, y: number): number[] => [x / 16, y / 16, 1 / 16, 1 / 16];
const near = (one: number[], other: number[]): boolean =>
  one.every((side, i) => Math.abs(side - (other[i] ?? 9)) < 0.002);

describe('detection, from the file of a model to the boxes of people', function () {
  this.timeout(180_000);
  let t: Tributary;
  let dir: string;
  let manifestPath: string;
  const folders: string[] = [];

  before(async function () {
    this.timeout(240_000);
    t = await startTributary({ parts: APART });
    dir = await mkdtemp(path.join(tmpdir(), 'tributary-models-'));
    ({ manifestPath } = await putModel(path.join(dir, 'one'), 'yolov5', brightBlobs(256), {
      ...{ name: 'blobs', version: '1', input: { width: 256, height: 256 } },
      thresholds: { typical: 0.5, conservative: 0.05 },
    }));
  });
  after(async () => {
    await t.close();
    for (const folder of [dir, ...folders]) await rm(folder, { recursive: true });
  });

  async function bringIn(files: Record<string, Buffer>, tenant?: string): Promise<void> {
    const folder = await folderOf(files);
    folders.push(folder);
    const job = await t.waitImport(
      await t.startImport(folder, tenant === undefined ? {} : { tenant_name: tenant }),
    );
    assert.equal(job.stored_files, Object.keys(files).length);
  }
  const idOf = async (name: string): Promise<number> => {
    const [row] = await t.db.run(
      (sql) => sql<{ id: number }[]>`select id from assets where name = ${name} and state = 'ready'`,
    );
    return row!.id;
  };
  const look = async (name: string, query = ''): Promise<AssetBody> =>
    t.get<AssetBody>(`/images/${await idOf(name)}${query}`);
  const namesOf = async (query: string): Promise<string[]> =>
    (await t.get<{ images: { name: string }[] }>(`/images?${query}`)).images
      .map(({ name }) => name)
      .toSorted();
  const say = async (name: string, body: object): Promise<Annotated> =>
    t.post<Annotated>(`/images/${await idOf(name)}/annotations`, { author: 'Ada', ...body });
  async function finished(id: string): Promise<Reprocess> {
    for (;;) {
      const now = await t.get<Reprocess>(`/reprocess/${id}`);
      if (['completed', 'cancelled'].includes(now.state)) return now;
      await sleep(50);
    }
  }
  const backfills = async (): Promise<Reprocess[]> => {
    const rows = await t.db.run(
      (sql) => sql<{ id: string }[]>`select id from reprocesses order by created_at`,
    );
    return Promise.all(rows.map(({ id }) => finished(id)));
  };

  it('without a model, pictures come in and say so', async () => {
    await bringIn({ 'early.jpg': await spotted(1, [[3, 4]]), 'empty.jpg': await spotted(2, []) });
    const { detections, detection_status: status } = await look('early.jpg');
    assert.deepEqual([detections, status], [[], { state: 'skipped', reason: 'no-model', model: null }]);
    assert.deepEqual(await t.get('/models'), { models: [] });
    assert.equal((await listed(t.config)).length, 0);
    const refused = await fetch(`${t.url}/reprocess`, {
      method: 'POST',
      body: JSON.stringify({ what: 'detections' }),
      headers: { 'content-type': 'application/json' },
    });
    assert.equal(refused.status, 409);
  });

  it('a model that is added looks at what is there', async () => {
    const drawn = path.join(dir, 'seen.png');
    const file = path.join(dir, 'photo.jpg');
    await sharp(
      await spotted(3, [
        [1, 1],
        [14, 9],
      ]),
    ).toFile(file);
    const seen = await check(async () => t.config, manifestPath, file, drawn);
    assert.equal(seen.boxes.filter(({ score }) => score > 0.5).length, 2);
    assert.deepEqual([seen.boxes[0]?.label, (await sharp(drawn).metadata()).width], ['animal', 512]);

    const begun = await addFrom(t.config, manifestPath);
    assert.deepEqual([begun.model, begun.active], ['blobs@1', true]);
    assert.deepEqual(
      begun.backfill.map(({ tenant, pictures }) => [tenant, pictures]),
      [['default', 2]],
    );
    await assert.rejects(addFrom(t.config, manifestPath), /was added before/);
    const [done] = await backfills();
    assert.deepEqual([done?.state, done?.model, done?.made, done?.failed], ['completed', 'blobs@1', 2, 0]);
    const early = await look('early.jpg');
    assert.deepEqual(early.detection_status, { state: 'done', reason: null, model: 'blobs@1' });
    assert.equal(early.detections.length, 1);
    assert.ok(near(early.detections[0]!.bbox, box(3, 4)), JSON.stringify(early.detections));
    assert.ok(early.timeline.some(({ kind, text }) => kind === 'asset.detected' && text.includes('blobs@1')));
    assert.deepEqual((await look('empty.jpg')).detections, []);
    const { models } = await t.get<{ models: { active: boolean; pictures: number; licence: string }[] }>(
      '/models',
    );
    assert.deepEqual(
      models.map(({ active, pictures, licence }) => [active, pictures, licence]),
      [[true, 2, 'CC0-1.0']],
    );
  });

  it('looks at pictures as they come in, upright', async () => {
    const plain = await spotted(4, [
      [2, 5],
      [10, 11],
    ]);
    const turned = await sharp(await spotted(5, [[2, 5]]))
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 95 })
      .toBuffer();
    const files: Record<string, Buffer> = { 'plain.jpg': plain, 'turned.jpg': turned };
    // More than a batch.
    for (let i = 0; i < 30; i += 1) files[`more-${i}.jpg`] = await spotted(100 + i, [[i % 16, 3]]);
    await bringIn(files);
    const { detections } = await look('plain.jpg');
    assert.deepEqual(
      detections.map(({ origin, label, model }) => [origin, label, model]),
      [
        ['machine', 'animal', 'blobs@1'],
        ['machine', 'animal', 'blobs@1'],
      ],
    );
    assert.ok(detections.some(({ bbox }) => near(bbox, box(2, 5))));
    // Turned a quarter to the right: what was left and in the upper third is at the top, right of the middle.
    const [one] = (await look('turned.jpg')).detections;
    assert.ok(near(one!.bbox, box(10, 2)), JSON.stringify(one));
    const upload = await t.upload(await spotted(6, [[8, 8]]), 'upload.jpg');
    assert.equal(upload.status, 200);
    const { job_id: _, asset_id: id } = (await upload.json()) as { job_id: number; asset_id: number };
    for (
      let body = await t.get<AssetBody>(`/retrieve/asset/${id}`);
      ;
      body = await t.get(`/retrieve/asset/${id}`)
    ) {
      if (body.detection_status === null) await sleep(50);
      else {
        assert.equal(body.detections.length, 1);
        break;
      }
    }
  });

  it('keeps every box, and shows them above thresholds that hold at once', async () => {
    // So bright that it is sure of a quarter or so.
    await bringIn({ 'faint.jpg': await spotted(7, [[4, 4, 200]]) });
    const raw = await t.get<{
      runs: { current: boolean }[];
      detections: { confidence: number; threshold: number }[];
    }>(`/images/${await idOf('faint.jpg')}/detections`);
    assert.equal(raw.runs.length, 1);
    const [faint] = raw.detections;
    assert.ok(faint!.confidence > 0.05 && faint!.confidence < 0.5, JSON.stringify(raw));
    assert.deepEqual((await look('faint.jpg')).detections, []);
    assert.equal((await look('faint.jpg', '?min_confidence=0.05')).detections.length, 1);
    assert.ok(!(await namesOf('label=animal&limit=100')).includes('faint.jpg'));
    assert.ok((await namesOf('label=animal&limit=100&min_confidence=0.05')).includes('faint.jpg'));
    const [model] = (await t.get<{ models: { id: number }[] }>('/models')).models;
    const set = (thresholds: object, tenant = 'default') =>
      fetch(`${t.url}/models/${model!.id}/thresholds`, {
        method: 'PUT',
        body: JSON.stringify({ thresholds, tenant_name: tenant }),
        headers: { 'content-type': 'application/json' },
      });
    assert.equal((await set({ animal: 0.05 }, 'other')).status, 200);
    assert.deepEqual((await look('faint.jpg')).detections, [], 'what another tenant wants is its own');
    assert.equal((await set({ animal: 0.06 })).status, 200);
    assert.equal((await look('faint.jpg')).detections.length, 1);
    assert.ok((await namesOf('label=animal&limit=100')).includes('faint.jpg'));
    assert.equal((await set({ zebra: 0.2 })).status, 400);
    assert.equal((await set({ animal: 2 })).status, 422);
    assert.equal((await set({ animal: null })).status, 200);
    assert.deepEqual((await look('faint.jpg')).detections, []);
  });

  it('finds and counts by what is seen', async () => {
    assert.deepEqual(await namesOf('has_detections=false&limit=100'), ['empty.jpg', 'faint.jpg']);
    assert.deepEqual(await namesOf('label=person'), []);
    const { facets } = await t.get<{
      facets: { label: { values: { value: string | null; count: number }[] } };
    }>('/images/facets?fields=label');
    const { total } = await t.get<{ total: number }>('/images');
    assert.deepEqual(
      facets.label.values.map(({ value, count }) => [value, count]),
      [
        ['animal', total - 2],
        [null, 2],
      ],
    );
  });

  it('people have the last word, and the history says who said what', async () => {
    const [first, second] = (await look('plain.jpg')).detections;
    const confirmed = await say('plain.jpg', {
      action: 'confirm',
      detection_id: first!.detection_id,
      comment: 'a fox',
    });
    assert.deepEqual(
      confirmed.shown.map(({ origin, label }) => [origin, label]),
      [
        ['human', 'animal'],
        ['machine', 'animal'],
      ],
    );
    assert.ok(confirmed.human[0]!.confidence! > 0.5);
    const corrected = await say('plain.jpg', {
      ...{ action: 'correct', detection_id: first!.detection_id, label: 'red fox', author: 'Bo' },
    });
    assert.deepEqual(
      corrected.human.map(({ state, label, author }) => [state, label, author]),
      [['corrected', 'red fox', 'Bo']],
    );
    await say('plain.jpg', { action: 'reject', detection_id: second!.detection_id });
    const added = await say('plain.jpg', { action: 'add', label: 'person', bbox: [0.7, 0.1, 0.2, 0.3] });
    assert.deepEqual(
      added.shown.map(({ label }) => label),
      ['red fox', 'person'],
    );
    assert.deepEqual(await namesOf('label=red fox'), ['plain.jpg']);
    assert.deepEqual(await namesOf('label=person'), ['plain.jpg']);
    assert.ok(!(await namesOf('label=animal&limit=100')).includes('plain.jpg'));
    const person = added.human.find(({ label }) => label === 'person')!;
    await say('plain.jpg', {
      action: 'change',
      annotation_id: person.annotation_id,
      bbox: [0.7, 0.1, 0.1, 0.3],
    });
    await say('plain.jpg', {
      action: 'comment',
      comment: 'who is that?',
      annotation_id: person.annotation_id,
    });
    const deleted = await say('plain.jpg', { action: 'delete', annotation_id: person.annotation_id });
    assert.deepEqual(
      deleted.shown.map(({ label }) => label),
      ['red fox'],
    );
    assert.deepEqual(
      deleted.history.map(({ kind, author, comment }) => [kind, author, comment]),
      [
        ['confirmed', 'Ada', 'a fox'],
        ['corrected', 'Bo', null],
        ['rejected', 'Ada', null],
        ['added', 'Ada', null],
        ['corrected', 'Ada', null],
        ['commented', 'Ada', 'who is that?'],
        ['deleted', 'Ada', null],
      ],
    );
    const nothing = await say('early.jpg', { action: 'nothing_here', comment: 'a stone' });
    assert.deepEqual([nothing.shown, nothing.nothing_here, nothing.machine.length], [[], true, 1]);
    assert.ok((await namesOf('has_detections=false&limit=100')).includes('early.jpg'));
    assert.equal((await say('early.jpg', { action: 'something_here' })).shown.length, 1);
    await say('early.jpg', { action: 'nothing_here' });
    for (const [body, status] of [
      [{ action: 'confirm', detection_id: 999_999, author: 'Ada' }, 404],
      [{ action: 'delete', annotation_id: person.annotation_id + 100, author: 'Ada' }, 404],
      [{ action: 'add', label: 'x', bbox: [0.9, 0.9, 0.5, 0.5], author: 'Ada' }, 422],
      [{ action: 'confirm', detection_id: 1 }, 422],
    ] as const) {
      const answer = await fetch(`${t.url}/images/${await idOf('plain.jpg')}/annotations`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
      assert.equal(answer.status, status, JSON.stringify(body));
    }
  });

  it('another model looks at everything anew; what people said stays', async () => {
    // Another size: the same cells are seen as four.
    const other = await putModel(path.join(dir, 'two'), 'yolov5', brightBlobs(512), {
      ...{ name: 'blobs', version: '2', input: { width: 512, height: 512 } },
      thresholds: { typical: 0.5, conservative: 0.05 },
    });
    const added = await addFrom(t.config, other.manifestPath);
    assert.equal(added.active, false, 'only the first is in use by itself');
    const begun = await use(t.config, 'blobs@2', null);
    assert.ok(begun.backfill[0]!.pictures > 30);
    const ends = await backfills();
    assert.deepEqual([ends.at(-1)?.model, ends.at(-1)?.made], ['blobs@2', begun.backfill[0]!.pictures]);
    assert.equal((await look('more-1.jpg')).detections.length, 4);
    const plain = await look('plain.jpg');
    assert.deepEqual(plain.detection_status?.model, 'blobs@2');
    assert.ok(plain.detections.some(({ origin, label }) => origin === 'human' && label === 'red fox'));
    assert.deepEqual((await look('early.jpg')).detections, [], 'nothing is there, whatever a model says');
    const raw = await t.get<{ runs: { model: string; current: boolean }[] }>(
      `/images/${await idOf('plain.jpg')}/detections`,
    );
    assert.deepEqual(
      raw.runs.map(({ model, current }) => [model, current]),
      [
        ['blobs@2', true],
        ['blobs@1', false],
      ],
    );
    const back = await use(t.config, 'blobs@1', 'default');
    assert.equal(back.backfill[0]?.pictures, begun.backfill[0]!.pictures, 'what it said counts again');
    const restored = (await backfills()).at(-1);
    assert.deepEqual([restored?.model, restored?.failed], ['blobs@1', 0]);
    assert.equal((await look('more-1.jpg')).detections.length, 1);
    await remove(t.config, 'blobs@2');
  });

  it('a model that cannot be used holds no picture up', async () => {
    const place = modelDir(t.config.modelsDir, { name: 'blobs', version: '1' });
    await rename(place, `${place}.away`);
    // Inference processes that hold the model do not need its file.
    await t.kill('cpu', 'SIGTERM');
    await t.start('cpu');
    await bringIn({ 'late.jpg': await spotted(8, [[5, 5]]) });
    const { detection_status: status } = await look('late.jpg');
    assert.deepEqual(status, { state: 'skipped', reason: 'model-unusable', model: null });
    await rename(`${place}.away`, place);
    const { reprocess_id: id } = await t.post<Reprocess>('/reprocess', { what: 'detections' });
    const end = await finished(id);
    assert.deepEqual([end.made, end.failed], [1, 0]);
    assert.equal((await look('late.jpg')).detections.length, 1);
  });

  it('leaves everything sound', async () => {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });
});
