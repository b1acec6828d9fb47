import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { addFrom } from '../../cli/models.ts';
import { brightBlobs, putModel } from '../hosting/models.ts';
import { folderOf } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

interface Trial {
  trial_id: string;
  reprocess_id: string;
  state: string;
  images: number;
  promoted_at: string | null;
  rolled_back_at: string | null;
  compared: number;
  agreement: number | null;
  labels: { label: string; current_images: number; candidate_images: number; psi: number | null }[];
  boxes: { matched: number; only_current: number; only_candidate: number };
  judged: { candidate: { precision: number | null; recall: number | null } } | null;
}
interface Campaign {
  campaign_id: string;
  images: number;
  done: number;
  progress_percent: number;
  agreement: { observed: number | null; kappa: number | null };
  majority: { yes: number; no: number; tied: number };
  library: { pictures: number; true_positives: number; precision: number | null; recall: number | null };
}

/** Cells of 32 pixels; half of the pictures have a bright one, at places that the seed says. */
async function pictureOf(seed: number): Promise<Buffer> {
  const spot = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#ffffff' } })
    .png()
    .toBuffer();
  const image = sharp({
    create: { width: 512, height: 512, channels: 3, background: { r: 10, g: seed * 3, b: 20 } },
  });
  const spots = seed % 2 === 0 ? [{ input: spot, left: (seed % 16) * 32, top: 96 }] : [];
  return image.composite(spots).jpeg({ quality: 95 }).toBuffer();
}

describe('campaigns, and a model beside the one in use', function () {
  this.timeout(240_000);
  const COUNT = 8;
  let t: Tributary;
  let dir: string;
  let folder: string;
  let candidate: number;
  let ids: number[];

  before(async function () {
    this.timeout(240_000);
    t = await startTributary();
    dir = await mkdtemp(path.join(tmpdir(), 'tributary-trials-'));
    const thresholds = { typical: 0.5, conservative: 0.05 };
    const model = (version: string, side: number) =>
      putModel(path.join(dir, version), 'yolov5', brightBlobs(side), {
        ...{ name: 'blobs', version, input: { width: side, height: side }, thresholds },
      });
    await addFrom(t.config, (await model('1', 256)).manifestPath);
    // Sees each bright cell as four.
    await addFrom(t.config, (await model('2', 512)).manifestPath);
    const files: Record<string, Buffer> = {};
    for (let i = 0; i < COUNT; i += 1) files[`p${i}.jpg`] = await pictureOf(i);
    folder = await folderOf(files);
    await t.waitImport(await t.startImport(folder));
    const { images } = await t.get<{ images: { id: number; name: string }[] }>('/images?sort=name');
    ids = images.map(({ id }) => id);
    const { models } = await t.get<{ models: { id: number; version: string }[] }>('/models');
    candidate = models.find(({ version }) => version === '2')!.id;
  });
  after(async () => {
    await t.close();
    for (const one of [dir, folder]) await rm(one, { recursive: true });
  });

  const send = (at: string, body: object) =>
    fetch(`${t.url}${at}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  async function finished(id: string): Promise<void> {
    while ((await t.get<{ state: string }>(`/reprocess/${id}`)).state !== 'completed') await sleep(50);
  }
  async function settled(): Promise<void> {
    for (;;) {
      const [row] = await t.db.run(
        (sql) => sql<{ open: number }[]>`select count(*) as open from reprocesses where finished_at is null`,
      );
      if (row?.open === 0) return;
      await sleep(50);
    }
  }
  const boxesIn = async (id: number): Promise<number> =>
    (await t.get<{ detections: unknown[] }>(`/images/${id}`)).detections.length;
  let campaign: string;

  it('people answer a question about a set of images, each image as often as wanted', async () => {
    const made = await t.post<Campaign>('/campaigns', { name: 'Spots', label: 'animal', people: 2 });
    campaign = made.campaign_id;
    assert.deepEqual([made.images, made.progress_percent], [COUNT, 0]);
    const next = async (person: string) =>
      (await t.get<{ asset_ids: number[] }>(`/campaigns/${campaign}/next?person=${person}&limit=100`))
        .asset_ids;
    assert.deepEqual((await next('Ada')).length, COUNT);
    for (const [i, id] of ids.entries()) {
      for (const person of ['Ada', 'Bo']) {
        // Bo mistakes the first one.
        const yes = (i % 2 === 0) !== (person === 'Bo' && i === 0);
        await t.post(`/campaigns/${campaign}/answers`, { asset_id: id, person, answer: yes ? 'yes' : 'no' });
      }
    }
    assert.deepEqual(await next('Cy'), []);
    const now = await t.get<Campaign>(`/campaigns/${campaign}`);
    assert.deepEqual(
      [now.done, now.progress_percent, now.majority],
      [COUNT, 100, { yes: 3, no: 4, tied: 1 }],
    );
    assert.equal(now.agreement.observed, 7 / 8);
    assert.ok(now.agreement.kappa! > 0.7 && now.agreement.kappa! < 0.8);
    assert.deepEqual([now.library.pictures, now.library.precision, now.library.recall], [7, 1, 1]);
    // Bo looks again.
    await t.post(`/campaigns/${campaign}/answers`, { asset_id: ids[0], person: 'Bo', answer: 'yes' });
    assert.equal((await t.get<Campaign>(`/campaigns/${campaign}`)).agreement.kappa, 1);
  });

  it('refuses what is not asked, and answers to what is closed', async () => {
    const answer = { asset_id: ids[0], person: 'Ada', answer: 'yes' };
    assert.equal(
      (await send(`/campaigns/${campaign}/answers`, { ...answer, asset_id: 999_999 })).status,
      404,
    );
    assert.equal((await send(`/campaigns/${campaign}/answers`, { ...answer, answer: 'maybe' })).status, 422);
    assert.equal((await send('/campaigns', { name: 'x', label: 'y', ids: [999_999] })).status, 400);
    const close = (closed: boolean) =>
      fetch(`${t.url}/campaigns/${campaign}`, {
        method: 'PATCH',
        body: JSON.stringify({ closed }),
        headers: { 'content-type': 'application/json' },
      });
    assert.equal((await close(true)).status, 200);
    assert.equal((await send(`/campaigns/${campaign}/answers`, answer)).status, 409);
    assert.equal((await close(false)).status, 200);
    const { campaigns } = await t.get<{ campaigns: unknown[] }>('/campaigns');
    assert.equal(campaigns.length, 1);
  });

  let trial: string;

  it('a candidate looks at the same images, and nothing that is shown changes', async () => {
    const before = await Promise.all(ids.map(boxesIn));
    const made = await t.post<Trial>(`/models/${candidate}/trials`, { campaign_id: campaign });
    trial = made.trial_id;
    assert.equal(made.images, COUNT);
    await finished(made.reprocess_id);
    assert.deepEqual(await Promise.all(ids.map(boxesIn)), before);
    const told = await t.get<Trial>(`/trials/${trial}`);
    assert.deepEqual([told.state, told.compared, told.agreement], ['completed', COUNT, 1]);
    const [animal] = told.labels;
    assert.deepEqual([animal?.label, animal?.current_images, animal?.candidate_images], ['animal', 4, 4]);
    assert.ok(animal?.psi !== null && animal?.psi !== undefined && Number.isFinite(animal.psi));
    // A quarter of a box is no match for it.
    assert.deepEqual(told.boxes, { matched: 0, only_current: 4, only_candidate: 16, mean_iou: null });
    assert.deepEqual([told.judged?.candidate.precision, told.judged?.candidate.recall], [1, 1]);
    const { trials } = await t.get<{ trials: unknown[] }>(`/trials?candidate_id=${candidate}`);
    assert.equal(trials.length, 1);
  });

  it('takes the place of the other with one call, and gives it back with another', async () => {
    const [seen] = ids;
    assert.equal(await boxesIn(seen!), 1);
    assert.equal((await send(`/trials/${trial}/rollback`, {})).status, 409);
    const promoted = await t.post<Trial>(`/trials/${trial}/promote`);
    assert.notEqual(promoted.promoted_at, null);
    assert.equal((await send(`/trials/${trial}/promote`, {})).status, 409);
    await settled();
    assert.equal(await boxesIn(seen!), 4);
    const raw = await t.get<{ runs: { model: string; current: boolean }[] }>(`/images/${seen}/detections`);
    assert.deepEqual(
      raw.runs.map(({ model, current }) => [model, current]).toSorted(),
      [
        ['blobs@1', false],
        ['blobs@2', true],
      ],
      'what the other said is kept',
    );
    const back = await t.post<Trial>(`/trials/${trial}/rollback`);
    assert.notEqual(back.rolled_back_at, null);
    await settled();
    assert.equal(await boxesIn(seen!), 1);
    const { switches } = await t.get<{ switches: { from_model: string | null; to_model: string | null }[] }>(
      '/model-switches',
    );
    assert.deepEqual(
      switches.slice(0, 2).map(({ from_model: from, to_model: to }) => [from, to]),
      [
        ['blobs@2', null],
        [null, 'blobs@2'],
      ],
    );
    const nobody = await send(`/models/${candidate}/trials`, { tenant_name: 'nobody' });
    assert.equal(nobody.status, 400);
    const again = await t.post<Trial>(`/models/${candidate}/trials`, {
      filter: { label: 'animal' },
      images: 3,
    });
    await finished(again.reprocess_id);
    // It has looked at them before, and is not asked again.
    assert.deepEqual([again.images, (await t.get<Trial>(`/trials/${again.trial_id}`)).compared], [3, 3]);
  });

  it('leaves everything sound', async () => {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });
});
