import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { MAX_PIXELS } from '../../domain/limits.ts';
import { tiledHeic } from './heicGrid.ts';
import { psnr, rawOf } from './pictures.ts';
import { rejectionFor, render, zoomOf } from './render.ts';

/** libheif's own test picture: a rainbow of 451 × 461. No encoder for HEVC is at hand to make another. */
const RAINBOW = path.resolve(import.meta.dirname, '../../../shared/corpus/files/4b2ce727f0939449.heic');

describe('HEIC', () => {
  let rainbow: Buffer;

  before(async function () {
    if (!existsSync(RAINBOW)) this.skip();
    rainbow = await readFile(RAINBOW);
  });

  it('is decoded by libheif and becomes renditions like any other', async () => {
    const { facts, renditions } = await render(rainbow);
    assert.deepEqual(
      [facts.format, facts.mimeType, facts.width, facts.height],
      ['heic', 'image/heic', 451, 461],
    );
    assert.deepEqual(
      renditions.map(({ width, height }) => [width, height]),
      [
        [451, 461],
        [391, 400],
        [98, 100],
      ],
    );
    const { data, width } = await zoomOf(rainbow);
    const at = (x: number, y: number) => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
    // Red lower left, green lower right, blue above: upright and not mirrored.
    const [left, right, top] = [at(8, 450), at(442, 450), at(225, 8)] as [number[], number[], number[]];
    assert.ok(left[0]! > 200 && left[1]! < 130 && left[2]! < 130, `lower left ${left}`);
    assert.ok(right[1]! > 200 && right[0]! < 160 && right[2]! < 130, `lower right ${right}`);
    assert.ok(top[2]! > 200 && top[1]! < 190, `top ${top}`);
  });

  it('of tiles, as phones write it', async () => {
    const [columns, rows] = [3, 2];
    const { facts, renditions } = await render(tiledHeic(rainbow, columns, rows));
    assert.ok(facts.width >= 451 * columns && facts.height >= 461 * rows);
    const zoom = await rawOf(sharp(renditions[0]!.data));
    const cell = { width: Math.floor(zoom.width / columns), height: Math.floor(zoom.height / rows) };
    const tile = (column: number, row: number) =>
      rawOf(
        sharp(renditions[0]!.data).extract({ left: column * cell.width, top: row * cell.height, ...cell }),
      );
    assert.ok(psnr(await tile(0, 0), await tile(2, 1)) > 25, 'each tile shows the same rainbow');
  });

  it('that claims too many pixels is refused from its header', async () => {
    const huge = tiledHeic(rainbow, 15, 17);
    assert.ok(15 * 451 * 17 * 461 > MAX_PIXELS.heic);
    const started = process.cpuUsage();
    assert.equal((await rejectionFor(huge)).reason, 'pixel_limit');
    assert.ok(process.cpuUsage(started).user < 500_000, 'decoding it would take seconds');
    const tooMany = await rejectionFor(tiledHeic(rainbow, 18, 18));
    assert.equal(tooMany.reason, 'unsupported_format', tooMany.message);
  });

  it('cut off or damaged is a verdict, and the next one decodes', async () => {
    assert.equal((await rejectionFor(rainbow.subarray(0, 4000))).reason, 'truncated');
    const damaged = Buffer.from(rainbow);
    damaged.fill(0xff, 1170, 4000);
    assert.ok(['corrupt_image', 'truncated'].includes((await rejectionFor(damaged)).reason));
    assert.equal((await render(rainbow)).facts.width, 451);
  });
});
