import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { addFrom } from '../../cli/models.ts';
import type { Model } from '../../detection/detector.ts';
import { SPECIAL } from '../../domain/taxon.ts';
import { askOracle, oraclePython } from '../detection/oracle.ts';
import { ARCTIC_FOX, CANIDAE, CARNIVORA, LYNX } from '../detection/species/labels.ts';
import { brightBlobs, colourClassifier, putModel } from '../hosting/models.ts';
import { folderOf } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

interface Prediction {
  label: string;
  common_name: string | null;
  scientific_name: string | null;
  confidence: number;
  prediction_source: string;
  classifier: string | null;
}
interface AssetBody {
  id: number;
  detections: { label: string; prediction: Prediction | null }[];
  prediction: Prediction | null;
  timeline: { kind: string }[];
}
interface Raw {
  detections: {
    bbox: number[];
    confidence: number;
    prediction: Prediction | null;
    classifications: { label: string; confidence: number; classifier: string }[];
  }[];
}
interface Switched {
  switch: { switch_id: string; from_model: string | null; to_model: string | null } | null;
  backfill: { reprocess_id: string; pictures: number }[];
}

const CELL = 32;
const RED = { r: 255, g: 200, b: 190 };
const BLUE = { r: 190, g: 200, b: 255 };
const WHITE = { r: 252, g: 252, b: 252 };

type Spot = readonly [x: number, y: number, colour: { r: number; g: number; b: number }];

/** A dark picture of 16 × 16 cells with bright ones: the detector sees an animal in each, its colour says which. */
async function spotted(seed: number, spots: readonly Spot[]): Promise<Buffer> {
  const inputs = await Promise.all(
    spots.map(async ([x, y, background]) => ({
      input: await sharp({ create: { width: CELL, height: CELL, channels: 3, background } })
        .png()
        .toBuffer(),
      left: x * CELL,
      top: y * CELL,
    })),
  );
  return sharp({
    create: { width: 512, height: 512, channels: 3, background: { r: 10, g: (seed * 8) % 64, b: 20 } },
  })
    .composite(inputs)
    .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

describe('species, from the file of a classifier to what a picture shows', function () {
  this.timeout(240_000);
  let t: Tributary;
  let dir: string;
  let classifier: Model & { manifestPath: string };
  const folders: string[] = [];

  before(async function () {
    this.timeout(240_000);
    t = await startTributary();
    dir = await mkdtemp(path.join(tmpdir(), 'tributary-species-'));
    const detector = await putModel(path.join(dir, 'detector'), 'yolov5', brightBlobs(256), {
      ...{ name: 'blobs', version: '1', input: { width: 256, height: 256 } },
      thresholds: { typical: 0.5, conservative: 0.3 },
    });
    await addFrom(t.config, detector.manifestPath);
    const at = path.join(dir, 'classifier');
    classifier = await putModel(at, 'classifier', colourClassifier(4), {
      ...{ name: 'colours', version: '1', input: { width: 32, height: 32 }, kernel: 'bilinear' },
      ...{ classes: [ARCTIC_FOX, LYNX, SPECIAL.blank, SPECIAL.human] },
      ...{ taxonomy: 'taxonomy.txt', geofence: 'geofence.json' },
    });
    await writeFile(path.join(at, 'taxonomy.txt'), `${CANIDAE}\n${CARNIVORA}\n`);
    const rules = { 'mammalia;carnivora;canidae;vulpes;lagopus': { allow: { NOR: [] } } };
    await writeFile(path.join(at, 'geofence.json'), JSON.stringify(rules));
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
  const namesOf = async (query: string): Promise<string[]> =>
    (await t.get<{ images: { name: string }[] }>(`/images?${query}`)).images
      .map(({ name }) => name)
      .toSorted();
  async function finished(id: string): Promise<{ state: string; made: number; failed: number }> {
    for (;;) {
      const now = await t.get<{ state: string; made: number; failed: number }>(`/reprocess/${id}`);
      if (['completed', 'cancelled'].includes(now.state)) return now;
      await sleep(50);
    }
  }
  const modelId = async (name: string): Promise<number> =>
    (await t.get<{ models: { id: number; name: string }[] }>('/models')).models.find(
      (model) => model.name === name,
    )!.id;
  async function sayCountry(name: string, country: string): Promise<void> {
    const place = await t.post<{ id: string }>('/locations', { name: `of ${name}`, country });
    await t.db.run((sql) => sql`update assets set location_id = ${place.id} where name = ${name}`);
  }

  it('without a classifier a picture shows what the detector says', async () => {
    await bringIn({
      'early.jpg': await spotted(1, [[3, 4, RED]]),
      'abroad.jpg': await spotted(2, [[3, 4, RED]]),
      'empty.jpg': await spotted(3, []),
    });
    const early = await look('early.jpg');
    assert.equal(early.detections[0]?.prediction, null);
    assert.deepEqual(
      [early.prediction?.common_name, early.prediction?.prediction_source, early.prediction?.classifier],
      ['animal', 'detector', null],
    );
    assert.equal((await look('empty.jpg')).prediction?.label, SPECIAL.blank);
  });

  it('a classifier that is added names what was found before, as far as it can be there', async () => {
    await sayCountry('abroad.jpg', 'DEU');
    await sayCountry('early.jpg', 'NOR');
    const begun = await addFrom(t.config, classifier.manifestPath);
    assert.deepEqual([begun.active, begun.backfill.map(({ pictures }) => pictures)], [true, [3]]);
    const end = await finished(begun.backfill[0]!.id);
    assert.deepEqual([end.state, end.made, end.failed], ['completed', 3, 0]);
    const { prediction, detections, timeline } = await look('early.jpg');
    assert.deepEqual(
      [
        prediction?.label,
        prediction?.common_name,
        prediction?.scientific_name,
        prediction?.prediction_source,
      ],
      [ARCTIC_FOX, 'arctic fox', 'Vulpes lagopus', 'classifier'],
    );
    assert.equal(prediction?.classifier, 'colours@1');
    assert.equal(detections[0]?.prediction?.label, ARCTIC_FOX);
    assert.ok(timeline.some(({ kind }) => kind === 'asset.classified'));
    const abroad = (await look('abroad.jpg')).prediction;
    assert.deepEqual(
      [abroad?.label, abroad?.prediction_source],
      [CANIDAE, 'classifier+geofence+rollup_to_family'],
    );
    assert.deepEqual(await namesOf('label=arctic fox'), ['early.jpg']);
    assert.deepEqual(await namesOf('label=animal'), ['abroad.jpg', 'early.jpg']);
  });

  it('names animals as pictures come in, box by box, from the pixels that the detector saw', async () => {
    await bringIn({
      'two.jpg': await spotted(4, [
        [2, 5, RED],
        [10, 11, BLUE],
      ]),
      'unsure.jpg': await spotted(5, [[8, 8, WHITE]]),
    });
    const two = await look('two.jpg');
    assert.deepEqual(two.detections.map(({ prediction }) => prediction?.common_name).toSorted(), [
      'arctic fox',
      'eurasian lynx',
    ]);
    assert.deepEqual(await namesOf('label=eurasian lynx'), ['two.jpg']);
    // Half a fox, half a lynx: what both of them are.
    const unsure = (await look('unsure.jpg')).prediction;
    assert.deepEqual([unsure?.label, unsure?.prediction_source], [CARNIVORA, 'classifier+rollup_to_order']);
    const { facets } = await t.get<{
      facets: { label: { values: { value: string | null; count: number }[] } };
    }>('/images/facets?fields=label');
    const counts = new Map(facets.label.values.map(({ value, count }) => [value, count]));
    assert.deepEqual(
      [counts.get('animal'), counts.get('arctic fox'), counts.get(null)],
      [4, 2, 1],
      JSON.stringify(facets),
    );
    const upload = await t.upload(await spotted(6, [[1, 1, BLUE]]), 'upload.jpg');
    const { asset_id: id } = (await upload.json()) as { asset_id: number };
    for (;;) {
      const { prediction } = await t.get<AssetBody>(`/images/${id}`);
      if (prediction !== null) {
        assert.equal(prediction.label, LYNX);
        break;
      }
      await sleep(50);
    }
  });

  it('answers are those of an independent oracle', async function () {
    const python = await oraclePython();
    if (python === null) this.skip();
    for (const name of ['two.jpg', 'unsure.jpg']) {
      const id = await idOf(name);
      const zoom = path.join(dir, `${name}.zoom.jpg`);
      const answer = await fetch(`${t.url}/images/${id}/renditions/zoom`);
      await writeFile(zoom, Buffer.from(await answer.arrayBuffer()));
      const raw = (await t.get<Raw>(`/images/${id}/detections`)).detections.filter(
        ({ classifications }) => classifications.length > 0,
      );
      assert.ok(raw.length > 0);
      const jobs = raw.map(({ bbox }) => ({ model: classifier, picture: zoom, box: bbox }));
      const theirs = await askOracle(python, jobs);
      for (const [i, { classifications }] of raw.entries()) {
        assert.equal(classifications.length, 4);
        for (const { classId, score } of theirs[i]!) {
          const ours = classifications.find(({ label }) => label === classifier.manifest.classes[classId]);
          assert.ok(
            ours !== undefined && Math.abs(ours.confidence - score) < 1e-3,
            `${name}: ${JSON.stringify([ours, score])}`,
          );
        }
      }
    }
  });

  it('is put to use and out of use over HTTP, and the one before gets its place back', async () => {
    const id = await modelId('colours');
    const model = await t.post<{ role: string; check: { state: string } }>(`/models/${id}/check`);
    assert.deepEqual([model.role, model.check.state], ['classifier', 'ok']);
    const off = await t.post<Switched>(`/models/${id}/deactivate`, { all_tenants: true });
    assert.deepEqual([off.switch?.from_model, off.switch?.to_model], ['colours@1', null]);
    await bringIn({ 'between.jpg': await spotted(7, [[5, 5, RED]]) });
    assert.equal((await look('between.jpg')).prediction?.prediction_source, 'detector');
    assert.equal(
      (await look('two.jpg')).detections[0]?.prediction?.classifier,
      'colours@1',
      'what was said stays',
    );
    const again = await fetch(`${t.url}/models/${id}/deactivate`, {
      method: 'POST',
      body: JSON.stringify({ all_tenants: true }),
      headers: { 'content-type': 'application/json' },
    });
    assert.equal(again.status, 409);
    const on = await t.post<Switched>(`/models/${id}/activate`, { backfill: false });
    assert.deepEqual([on.switch?.to_model, on.backfill], ['colours@1', []]);
    const undone = await t.post<Switched>(`/model-switches/${on.switch!.switch_id}/undo`);
    assert.equal(undone.switch?.to_model, null);
    const twice = await fetch(`${t.url}/model-switches/${on.switch!.switch_id}/undo`, { method: 'POST' });
    assert.equal(twice.status, 409);
    const filled = await t.post<Switched>(`/models/${id}/activate`, {});
    assert.deepEqual(
      filled.backfill.map(({ pictures }) => pictures),
      [1],
    );
    await finished(filled.backfill[0]!.reprocess_id);
    assert.equal((await look('between.jpg')).prediction?.common_name, 'arctic fox');
    const { switches } = await t.get<{ switches: { undone_at: string | null }[] }>('/model-switches');
    assert.equal(switches.filter(({ undone_at: at }) => at !== null).length, 1);
  });

  it('a model whose file is gone is not put to use, and the answer says why', async () => {
    const id = await modelId('colours');
    await t.post(`/models/${id}/deactivate`, {});
    const { modelDir } = await import('../../detection/modelFiles.ts');
    await rm(path.join(modelDir(t.config.modelsDir, { name: 'colours', version: '1' }), 'geofence.json'));
    const answer = await fetch(`${t.url}/models/${id}/activate`, {
      method: 'POST',
      body: JSON.stringify({}),
      headers: { 'content-type': 'application/json' },
    });
    const problem = (await answer.json()) as { type: string; detail: string };
    assert.equal(answer.status, 422);
    assert.match(problem.type, /model_missing/);
    assert.match(problem.detail, /geofence\.json.*TRIBUTARY_MODELS/);
  });

  it('leaves everything sound', async () => {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });
});
