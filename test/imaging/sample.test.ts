import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { drawSample } from '../../imaging/sample/drawSample.ts';
import { psnr, rawOf } from './pictures.ts';
import { render } from './render.ts';

describe('drawSample', function () {
  this.timeout(120_000);

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
