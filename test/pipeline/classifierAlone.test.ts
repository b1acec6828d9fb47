import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { addFrom, use } from '../../cli/models.ts';
import { SPECIAL } from '../../domain/taxon.ts';
import { LYNX } from '../detection/species/labels.ts';
import { brightBlobs, colourClassifier, putModel } from '../hosting/models.ts';
import { folderOf } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';

interface Image {
  prediction: { label: string; classifier: string | null } | null;
  detection_status: { state: string; reason: string | null };
}

const RED = { r: 120, g: 10, b: 10 };
const BLUE = { r: 10, g: 10, b: 120 };

describe('a classifier of whole pictures without a detector', function () {
  this.timeout(240_000);
  let t: Tributary;
  let dir: string;
  const folders: string[] = [];

  before(async () => {
    t = await startTributary();
    dir = await mkdtemp(path.join(tmpdir(), 'tributary-alone-'));
  });
  after(async () => {
    await t?.close();
    for (const folder of [dir, ...folders]) if (folder !== undefined) await rm(folder, { recursive: true });
  });

  const dark = (background: typeof RED, width = 512): Promise<Buffer> =>
    sharp({ create: { width, height: 384, channels: 3, background } })
      .jpeg({ quality: 95 })
      .toBuffer();
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
  const imageOf = async (name: string): Promise<Image> => t.get<Image>(`/images/${await idOf(name)}`);
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
  const classifier = (version: string, more: object = {}) =>
    putModel(
      path.join(dir, `classifier-${version}`),
      'classifier',
      colourClassifier(2, version === '1' ? 32 : 48),
      {
        ...{ name: 'colours', version, kernel: 'bilinear', classes: [LYNX, SPECIAL.human] },
        input: version === '1' ? { width: 32, height: 32 } : { width: 48, height: 48 },
        ...more,
      },
    );

  it('does nothing as long as it is one of boxes', async () => {
    const { manifestPath } = await classifier('2');
    await addFrom(t.config, manifestPath);
    await bringIn({ 'early.jpg': await dark(RED, 500) });
    const { prediction, detection_status: status } = await imageOf('early.jpg');
    assert.deepEqual([prediction, status.state, status.reason], [null, 'skipped', 'no-model']);
  });

  it('names pictures, those that were there before, too', async () => {
    const { manifestPath } = await classifier('1', { whole_pictures: true });
    await addFrom(t.config, manifestPath);
    const begun = await use(t.config, 'colours@1', null);
    assert.equal(begun.backfill[0]?.pictures, 1);
    await quiet();
    const early = await imageOf('early.jpg');
    assert.deepEqual([early.prediction?.label, early.detection_status.state], [LYNX, 'done']);
    await bringIn({ 'red.jpg': await dark(RED), 'blue.jpg': await dark(BLUE) });
    const [red, blue] = [await imageOf('red.jpg'), await imageOf('blue.jpg')];
    assert.deepEqual([red.prediction?.label, red.prediction?.classifier], [LYNX, 'colours@1']);
    assert.equal(blue.prediction?.label, SPECIAL.human);
    const { images } = await t.get<{ images: { name: string }[] }>('/images?label=person');
    assert.deepEqual(
      images.map(({ name }) => name),
      ['blue.jpg'],
    );
  });

  it('has nothing left to do then', async () => {
    const again = await t.post<{ reprocess_id: string }>('/reprocess', { what: 'species', filter: 'all' });
    await quiet();
    const { made, failed } = await t.get<{ made: number; failed: number }>(
      `/reprocess/${again.reprocess_id}`,
    );
    assert.deepEqual([made, failed], [0, 0]);
  });

  it('is what files for other programs name, and no detector', async () => {
    const { export_id: id } = await t.post<{ export_id: string }>('/exports', { format: 'megadetector' });
    for (;;) {
      const { state } = await t.get<{ state: string }>(`/exports/${id}`);
      assert.notEqual(state, 'failed');
      if (state === 'completed') break;
      await sleep(50);
    }
    const { info, images } = (await (await fetch(`${t.url}/exports/${id}/file`)).json()) as {
      info: { detector?: string; classifier?: string };
      images: { detections: unknown[] }[];
    };
    assert.deepEqual([info.detector, info.classifier], [undefined, 'colours@1']);
    assert.ok(images.length === 3 && images.every(({ detections }) => detections.length === 1));
  });

  it('shows nobody to those from whom people are hidden: it cannot say where they are', async () => {
    const put = async (blur: boolean) =>
      fetch(`${t.url}/tenants/default/privacy`, {
        ...{ method: 'PUT', headers: { 'content-type': 'application/json' } },
        body: JSON.stringify({ blur_people: blur }),
      });
    await put(true);
    for (const name of ['red.jpg', 'blue.jpg']) {
      const answer = await fetch(`${t.url}/images/${await idOf(name)}/renditions/card`);
      assert.equal(answer.status, 403, name);
    }
    await put(false);
  });

  it('gives way to a detector, with what both see', async () => {
    const spot = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#fafafa' } })
      .png()
      .toBuffer();
    const spotted = await sharp(await dark(BLUE, 520))
      .composite([{ input: spot, left: 96, top: 128 }])
      .jpeg({ quality: 95 })
      .toBuffer();
    await bringIn({ 'spot.jpg': spotted });
    assert.equal((await imageOf('spot.jpg')).prediction?.label, SPECIAL.human);
    const detector = await putModel(path.join(dir, 'detector'), 'yolov5', brightBlobs(256), {
      ...{ name: 'blobs', version: '1', input: { width: 256, height: 256 } },
      thresholds: { typical: 0.5, conservative: 0.3 },
    });
    await addFrom(t.config, detector.manifestPath);
    await quiet();
    const seen = await t.get<Image & { detections: { label: string }[] }>(
      `/images/${await idOf('spot.jpg')}`,
    );
    assert.deepEqual(
      seen.detections.map(({ label }) => label),
      ['animal'],
    );
    assert.equal((await imageOf('red.jpg')).prediction?.label, LYNX);
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });
});
