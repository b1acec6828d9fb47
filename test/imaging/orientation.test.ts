import assert from 'node:assert/strict';
import sharp, { type Sharp } from 'sharp';
import { encoded, psnr, type Raw, rawOf, scenery } from './pictures.ts';
import { render } from './render.ts';

const [WIDTH, HEIGHT] = [620, 400];

/** Large enough for a JPEG to be shrunk while it is loaded. */
const ENLARGED = 6;

/**
 * Which upright pixel is stored at (column, row), for each EXIF orientation: what Exif 3.0 says of tag 0x0112,
 * "the 0th row is the visual … of the image, the 0th column the visual …".
 */
const STORED_AT: Record<number, (column: number, row: number) => [x: number, y: number]> = {
  1: (column, row) => [column, row],
  2: (column, row) => [WIDTH - 1 - column, row],
  3: (column, row) => [WIDTH - 1 - column, HEIGHT - 1 - row],
  4: (column, row) => [column, HEIGHT - 1 - row],
  5: (column, row) => [row, column],
  6: (column, row) => [WIDTH - 1 - row, column],
  7: (column, row) => [WIDTH - 1 - row, HEIGHT - 1 - column],
  8: (column, row) => [row, HEIGHT - 1 - column],
};

function stored(upright: Raw, orientation: number): Raw {
  const [width, height] = orientation >= 5 ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT];
  const data = Buffer.alloc(upright.data.length);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const [x, y] = STORED_AT[orientation]!(column, row);
      const from = (y * WIDTH + x) * 3;
      upright.data.copy(data, (row * width + column) * 3, from, from + 3);
    }
  }
  return { data, width, height, channels: 3 };
}

function enlarged({ data, width, height }: Raw): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } }).resize(width * ENLARGED, height * ENLARGED, {
    kernel: 'nearest',
  });
}

describe('orientation', () => {
  for (const format of ['jpeg', 'webp', 'tiff', 'png'] as const) {
    for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
      it(`${format} with orientation ${orientation} comes out upright`, async () => {
        const upright = await rawOf(scenery(WIDTH, HEIGHT));
        const tagged = enlarged(stored(upright, orientation)).withMetadata({ orientation });
        const { facts, renditions } = await render(await encoded(tagged, format).toBuffer());
        assert.deepEqual(
          [facts.width, facts.height, facts.orientation],
          [WIDTH * ENLARGED, HEIGHT * ENLARGED, orientation],
        );
        const large = await rawOf(enlarged(upright));
        for (const { preset, width, height, data } of renditions) {
          const whole = sharp(large.data, { raw: { width: large.width, height: large.height, channels: 3 } });
          const difference = psnr(await rawOf(sharp(data)), await rawOf(whole.resize(width, height)));
          assert.ok(difference > 34, `${preset}: ${difference} dB`);
        }
      });
    }
  }
});
