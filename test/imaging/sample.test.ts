import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { drawCollection, type SampleFile } from '../../imaging/sample/collection.ts';
import { drawSample } from '../../imaging/sample/drawSample.ts';
import { sniffFormat } from '../../imaging/sniff.ts';
import { psnr, rawOf } from './pictures.ts';
import { render } from './render.ts';

describe('drawSample', function () {
  this.timeout(240_000);

  it('draws the same picture for the same index and another for another', async () => {
    const drawn = await Promise.all([0, 0, 1, 24].map(drawSample));
    const [first, again, second, later] = drawn.map(({ bytes }) =>
      createHash('sha256').update(bytes).digest('hex'),
    );
    assert.equal(first, again);
    assert.notEqual(first, second);
    assert.notEqual(first, later);
    assert.deepEqual(
      drawn.map(({ name }) => name),
      ['TRIB0001.JPG', 'TRIB0001.JPG', 'TRIB0002.JPG', 'TRIB0025.JPG'],
    );
  });

  it('carries a clock with its zone, a place and a camera', async () => {
    const { facts } = await render((await drawSample(0)).bytes);
    assert.deepEqual([facts.width, facts.height, facts.orientation], [1600, 1200, 1]);
    assert.equal(facts.capturedAtOrigin, 'exif-offset');
    assert.match(facts.capturedAt!, /^2024-05-06T03:/);
    assert.equal(facts.cameraMake, 'Tributary');
    assert.ok(Math.abs(facts.latitude! - 51.7537) < 1e-4 && Math.abs(facts.longitude! - 10.6172) < 1e-4);
  });

  it('every sixth is a portrait by its orientation tag, upright when shown', async () => {
    const { bytes } = await drawSample(4);
    const stored = await sharp(bytes).metadata();
    assert.deepEqual([stored.width, stored.height, stored.orientation], [1600, 1200, 6]);
    const { facts, renditions } = await render(bytes);
    assert.deepEqual([facts.width, facts.height], [1200, 1600]);
    // The strip of data is a dark band along the lower edge, wherever the sensor's edge was.
    const zoom = sharp(renditions[0]!.data);
    const { width, height } = await zoom.metadata();
    const row = async (top: number) =>
      (await rawOf(zoom.clone().extract({ left: 0, top, width, height: 4 }))).data;
    assert.ok((await row(height - 6)).every((value) => value < 60));
    assert.ok((await row(4)).some((value) => value > 100));
  });

  it('differ from each other as pictures, not only as files', async () => {
    const small = await Promise.all(
      Array.from({ length: 8 }, async (_, index) =>
        rawOf(sharp((await drawSample(index)).bytes).resize(60, 45, { fit: 'fill' })),
      ),
    );
    for (const [i, picture] of small.entries()) {
      for (const other of small.slice(i + 1)) assert.ok(psnr(picture, other) < 30);
    }
  });
});

describe('the demo library', function () {
  this.timeout(240_000);
  const files: SampleFile[] = [];

  before(async () => {
    for await (const file of drawCollection(2)) files.push(file);
  });

  const named = (path: string): Buffer =>
    files.find((file) => file.path === path && file.tenant === null)!.bytes;

  it('has what real libraries have, of two tenants', () => {
    assert.deepEqual(
      files.map(({ tenant, path }) => `${tenant ?? 'default'} ${path}`),
      [
        'default TRIB0001.JPG',
        'default burst/TRIB0001-2.JPG',
        'default burst/TRIB0001-3.JPG',
        'default copies/TRIB0001.JPG',
        'default copies/TRIB0001-small.jpg',
        'default copies/TRIB0001-sent.jpg',
        'north-station TRIB0001.JPG',
        'default card/cut-off.jpg',
        'default card/not-a-picture.jpg',
        'default TRIB0002.JPG',
        'north-station TRIB0002.JPG',
      ],
    );
    assert.deepEqual(named('copies/TRIB0001.JPG'), named('TRIB0001.JPG'));
  });

  it('its near copies look like their picture and are other bytes', async () => {
    const { facts } = await render(named('TRIB0001.JPG'));
    for (const copy of ['copies/TRIB0001-small.jpg', 'copies/TRIB0001-sent.jpg']) {
      assert.notDeepEqual(named(copy), named('TRIB0001.JPG'));
      const distance = differingBits((await render(named(copy))).facts.phash, facts.phash);
      assert.ok(distance <= 6, `${copy}: ${distance}`);
    }
  });

  it('a burst is one camera, a second apart', async () => {
    const shots = await Promise.all(
      ['TRIB0001.JPG', 'burst/TRIB0001-2.JPG', 'burst/TRIB0001-3.JPG'].map(async (path) => {
        const { facts } = await render(named(path));
        return { at: Date.parse(facts.capturedAt!), model: facts.cameraModel, exif: facts.exif };
      }),
    );
    assert.deepEqual(
      shots.map(({ at, model }) => [at - shots[0]!.at, model]),
      [0, 1_000, 2_000].map((ms) => [ms, 'TC-4 Meadow']),
    );
    for (const { exif } of shots) assert.ok(Object.values(exif).includes('TC4-00117'));
  });

  it('its damaged files are refused for what they are', async () => {
    await assert.rejects(render(named('card/cut-off.jpg')));
    assert.equal(await sniffFormat(named('card/not-a-picture.jpg')), null);
  });
});

function differingBits(a: string, b: string): number {
  let bits = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  let count = 0;
  for (; bits > 0n; bits >>= 1n) count += Number(bits & 1n);
  return count;
}
