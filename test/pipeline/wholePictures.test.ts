import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { addFrom } from '../../cli/models.ts';
import { SPECIAL, taxonOf } from '../../domain/taxon.ts';
import { LYNX } from '../detection/species/labels.ts';
import { brightBlobs, colourClassifier, putModel } from '../hosting/models.ts';
import { folderOf } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { unzipped } from '../interchange/unzip.ts';

interface Raw {
  detections: unknown[];
  whole_picture: {
    classifier: string;
    current: boolean;
    prediction: { label: string } | null;
    classifications: { label: string; confidence: number }[];
  }[];
}

const RED = { r: 120, g: 10, b: 10 };
const BLUE = { r: 10, g: 10, b: 120 };

describe('pictures in which a detector finds nothing, and a classifier does', function () {
  this.timeout(240_000);
  let t: Tributary;
  let dir: string;
  const folders: string[] = [];

  before(async () => {
    t = await startTributary();
    dir = await mkdtemp(path.join(tmpdir(), 'tributary-whole-'));
    const detector = await putModel(path.join(dir, 'detector'), 'yolov5', brightBlobs(256), {
      ...{ name: 'blobs', version: '1', input: { width: 256, height: 256 } },
      thresholds: { typical: 0.5, conservative: 0.3 },
    });
    await addFrom(t.config, detector.manifestPath);
  });
  after(async () => {
    await t?.close();
    for (const folder of [dir, ...folders]) if (folder !== undefined) await rm(folder, { recursive: true });
  });

  const dark = (background: typeof RED, width = 512): Promise<Buffer> =>
    sharp({ create: { width, height: 384, channels: 3, background } })
      .jpeg({ quality: 95 })
      .toBuffer();
  const withSpot = async (): Promise<Buffer> =>
    sharp(await dark(RED))
      .composite([
        {
          input: await sharp({ create: { width: 32, height: 32, channels: 3, background: '#fafafa' } })
            .png()
            .toBuffer(),
          ...{ left: 96, top: 128 },
        },
      ])
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
  const labelOf = async (name: string): Promise<string | undefined> =>
    (await t.get<{ prediction: { label: string } | null }>(`/images/${await idOf(name)}`)).prediction?.label;
  const rawOf = async (name: string): Promise<Raw> => t.get<Raw>(`/images/${await idOf(name)}/detections`);
  const named = async (label: string): Promise<string[]> =>
    (await t.get<{ images: { name: string }[] }>(`/images?label=${encodeURIComponent(label)}`)).images
      .map(({ name }) => name)
      .toSorted();
  async function exported(request: object): Promise<Buffer> {
    const { export_id: id } = await t.post<{ export_id: string }>('/exports', request);
    for (;;) {
      const { state } = await t.get<{ state: string }>(`/exports/${id}`);
      assert.notEqual(state, 'failed');
      if (state === 'completed') break;
      await sleep(50);
    }
    return Buffer.from(await (await fetch(`${t.url}/exports/${id}/file`)).arrayBuffer());
  }
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

  it('are blank as long as no classifier looks at whole pictures', async () => {
    await bringIn({ 'early.jpg': await dark(RED, 500) });
    assert.equal(await labelOf('early.jpg'), SPECIAL.blank);
    assert.deepEqual((await rawOf('early.jpg')).whole_picture, []);
  });

  it('are named when there is one, those that were there before, too', async () => {
    const { manifestPath } = await putModel(path.join(dir, 'classifier'), 'classifier', colourClassifier(2), {
      ...{ name: 'colours', version: '1', input: { width: 32, height: 32 }, kernel: 'bilinear' },
      ...{ classes: [LYNX, SPECIAL.human], whole_pictures: true },
    });
    await addFrom(t.config, manifestPath);
    await quiet();
    assert.equal(await labelOf('early.jpg'), LYNX);
    await bringIn({
      'red.jpg': await dark(RED),
      'blue.jpg': await dark(BLUE),
      'spot.jpg': await withSpot(),
    });
    assert.equal(await labelOf('red.jpg'), LYNX);
    assert.equal(await labelOf('blue.jpg'), SPECIAL.human);
    const raw = await rawOf('red.jpg');
    assert.deepEqual(raw.detections, []);
    assert.deepEqual(
      raw.whole_picture.map(({ classifier, current, prediction }) => [
        classifier,
        current,
        prediction?.label,
      ]),
      [['colours@1', true, LYNX]],
    );
    assert.equal(raw.whole_picture[0]?.classifications.length, 2);
    // What a box shows is said of the box alone.
    assert.deepEqual((await rawOf('spot.jpg')).whole_picture, []);
  });

  it('are found by what they show', async () => {
    assert.deepEqual(await named('person'), ['blue.jpg']);
    const lynxes = await named(LYNX.split(';').at(-1) ?? '');
    assert.ok(
      ['early.jpg', 'red.jpg'].every((name) => lynxes.includes(name)),
      lynxes.join(),
    );
  });

  it('are in what surveys are given', async () => {
    const place = await t.post<{ id: string }>('/locations', {
      name: 'Oak',
      latitude: 51.5,
      longitude: -0.1,
    });
    await t.db.run(
      (sql) => sql`
        update assets set location_id = ${place.id}, captured_at = '2026-05-01T10:00:00Z', captured_offset = 60
        where name in ('red.jpg', 'blue.jpg')`,
    );
    const project = {
      ...{ title: 'Lynxes', sampling_design: 'opportunistic', capture_method: ['activityDetection'] },
      contributors: [{ title: 'Ann Bee' }],
    };
    const ids = [await idOf('red.jpg'), await idOf('blue.jpg')];
    const files = await unzipped(await exported({ format: 'camtrap_dp', project, ids }));
    const observations = files.get('observations.csv') ?? '';
    assert.match(observations, new RegExp(`,${ids[0]},.*,media,animal,,${taxonOf(LYNX)?.scientificName},`));
    assert.match(observations, new RegExp(`,${ids[1]},.*,media,human,`));
    const media = files.get('media.csv') ?? '';
    assert.match(media, new RegExp(`^${ids[1]},.*,false,`, 'm'));
  });

  it('are in files for other programs', async () => {
    const ids = [await idOf('red.jpg'), await idOf('blue.jpg')];
    const of = (format: string) => exported({ format, ids });
    const {
      info,
      images,
      classification_category_descriptions: labels,
    } = JSON.parse((await of('megadetector')).toString());
    assert.equal(info.classifier, 'colours@1');
    for (const [id, category, label] of [
      [ids[0], '1', LYNX],
      [ids[1], '2', SPECIAL.human],
    ] as const) {
      const image = images.find(({ file }: { file: string }) => file.startsWith(`${id}/`));
      assert.equal(image.detections.length, 1);
      const [one] = image.detections;
      assert.deepEqual([one.category, one.bbox], [category, [0, 0, 1, 1]]);
      assert.equal(labels[one.classifications[0][0]], label);
      assert.equal(one.classifications.length, 2, 'and what else it may be');
    }
    const coco = JSON.parse((await of('coco')).toString());
    assert.deepEqual(
      coco.annotations
        .map(({ category_id, bbox }: { category_id: number; bbox?: number[] }) => [
          coco.categories.find(({ id }: { id: number }) => id === category_id).name,
          bbox,
        ])
        .toSorted(([one]: [string], [other]: [string]) => one.localeCompare(other)),
      [
        ['eurasian lynx', undefined],
        ['person', undefined],
      ],
    );
    assert.match(
      (await of('csv')).toString(),
      /,animal,[\d.]+,,,,,Lynx lynx,eurasian lynx,.*,machine,colours@1,/i,
    );
    assert.match(
      (await unzipped(await of('darwin_core'))).get('occurrence.csv') ?? '',
      /,Lynx lynx,species,/i,
    );
    const yolo = await unzipped(await of('yolo'));
    assert.equal(yolo.get('whole_pictures.csv')?.split('\r\n').length, 4);
    assert.ok(![...yolo.keys()].some((name) => name.startsWith('labels/')));
  });

  it('are held back where people are hidden and somebody is said to be in them, nobody knows where', async () => {
    const change = async (blur: boolean) => {
      const answer = await fetch(`${t.url}/tenants/default/privacy`, {
        ...{ method: 'PUT', headers: { 'content-type': 'application/json' } },
        body: JSON.stringify({ blur_people: blur }),
      });
      assert.equal(answer.status, 200);
    };
    const status = async (name: string) =>
      (await fetch(`${t.url}/images/${await idOf(name)}/renditions/card`)).status;
    await change(true);
    assert.deepEqual([await status('blue.jpg'), await status('red.jpg')], [403, 200]);
    await t.post(`/images/${await idOf('blue.jpg')}/annotations`, {
      ...{ author: 'Ada', action: 'add', label: 'person', bbox: [0.1, 0.1, 0.2, 0.2] },
    });
    assert.notEqual(await status('blue.jpg'), 403);
    await quiet();
    await change(false);
  });

  it('show what people say instead', async () => {
    const id = await idOf('red.jpg');
    await t.post(`/images/${id}/annotations`, { author: 'Ada', action: 'nothing_here' });
    assert.equal(await labelOf('red.jpg'), SPECIAL.blank);
    assert.ok(!(await named(LYNX.split(';').at(-1) ?? '')).includes('red.jpg'));
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });
});
