import assert from 'node:assert/strict';
import sharp from 'sharp';
import { psnr, ssim } from '../../../imaging/compare/metrics.ts';
import type { Pixels } from '../../../imaging/pixels.ts';
import { psnr as otherPsnr, ssim as otherSsim, rawOf, scenery } from '../pictures.ts';

const flat = (value: number, width = 40, height = 30): Pixels => ({
  data: Buffer.alloc(width * height * 3, value),
  width,
  height,
  channels: 3,
});

describe('the measures of a comparison', () => {
  let original: Pixels;
  let saved: Pixels;

  before(async () => {
    original = (await rawOf(scenery(317, 211))) as Pixels;
    const jpeg = await scenery(317, 211).jpeg({ quality: 30 }).toBuffer();
    saved = (await rawOf(sharp(jpeg))) as Pixels;
  });

  it('know the same picture', () => {
    assert.equal(psnr(original, original), null);
    assert.equal(ssim(original, original), 1);
  });

  it('give the values that the definitions give', () => {
    // A difference of one everywhere has a mean square of one.
    assert.ok(Math.abs(psnr(flat(100), flat(101))! - 20 * Math.log10(255)) < 1e-9);
    assert.equal(psnr(flat(0), flat(255)), 0);
    // Black and white: structure and contrast are the same, luminance is all that differs.
    const c1 = (0.01 * 255) ** 2;
    assert.ok(Math.abs(ssim(flat(0), flat(255)) - c1 / (255 ** 2 + c1)) < 1e-6);
  });

  it('agree with others who work them out', () => {
    assert.ok(Math.abs(psnr(original, saved)! - otherPsnr(original, saved)) < 1e-9);
    assert.ok(Math.abs(ssim(original, saved) - otherSsim(original, saved)) < 1e-9);
    assert.ok(ssim(original, saved) < 0.995);
  });

  it('take pictures that are smaller than a window', () => {
    for (const [width, height] of [
      [1, 1],
      [3, 20],
      [20, 3],
    ] as const) {
      assert.equal(ssim(flat(9, width, height), flat(9, width, height)), 1);
      assert.ok(ssim(flat(9, width, height), flat(90, width, height)) < 0.5);
    }
  });
});
