import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { fitInside } from '../../imaging/pixels.ts';
import { PLAN, RENDITION_PLAN, runPlan } from '../../imaging/plan.ts';
import { renderPlan } from '../../imaging/render.ts';
import { decodeUpright } from '../../imaging/steps/decode.ts';
import { readHeader } from '../../imaging/steps/header.ts';
import { scale } from '../../imaging/steps/scale.ts';
import { psnr, type Raw, rawOf, scenery, ssim } from './pictures.ts';

const PHOTOS = path.resolve(import.meta.dirname, '../../../shared/photos');

/** Every fourth of the photographs: enough kinds of camera, few enough seconds. */
async function photos(): Promise<Buffer[]> {
  const names = await readdir(PHOTOS).catch(() => []);
  const chosen = names.filter((name) => name.endsWith('.jpg')).filter((_, i) => i % 4 === 0);
  return Promise.all(chosen.map((name) => readFile(path.join(PHOTOS, name))));
}

async function drawn(): Promise<Buffer> {
  return scenery(4000, 3000).sharpen().jpeg({ quality: 92 }).toBuffer();
}

/** As good as it gets: decode everything, then one Lanczos step. */
async function reference(file: Buffer, width: number, height: number): Promise<Raw> {
  const { data, ...size } = await rawOf(sharp(file, { autoOrient: true }).toColourspace('srgb'));
  return rawOf(
    sharp(data, { raw: { width: size.width, height: size.height, channels: 3 } }).resize(width, height, {
      fit: 'fill',
    }),
  );
}

describe('quality of renditions', () => {
  it('deriving is at least as close to the original as a pipeline of its own, before and after encoding', async () => {
    const files = [await drawn(), ...(await photos())];
    const gains: Record<string, number[]> = { pixels: [], jpeg: [], ssim: [], ssimGain: [], bytes: [] };
    for (const file of files) {
      const header = await readHeader(file);
      const zoom = await decodeUpright(file, header, fitInside(header, { width: 1200, height: 1200 }));
      const { renditions } = await runPlan(RENDITION_PLAN, header, zoom);
      for (const side of [400, 100]) {
        const { width, height } = fitInside(header, { width: side, height: side });
        const best = await reference(file, width, height);
        const alone = sharp(file, { autoOrient: true }).resize(width, height, { fit: 'fill' });
        const derived = side === 400 ? await scale(zoom, { width, height }) : null;
        if (derived !== null) {
          const own = await rawOf(alone.clone());
          gains['pixels']!.push(psnr(derived, best) - psnr(own, best));
          gains['ssim']!.push(ssim(derived, best));
          gains['ssimGain']!.push(ssim(derived, best) - ssim(own, best));
        }
        const aloneJpeg = await alone.clone().jpeg({ quality: 80, optimiseCoding: false }).toBuffer();
        const ours = renditions.find(
          (rendition) => rendition.width === width && rendition.height === height,
        )!;
        gains['jpeg']!.push(
          psnr(await rawOf(sharp(ours.data)), best) - psnr(await rawOf(sharp(aloneJpeg)), best),
        );
        gains['bytes']!.push(ours.data.length / aloneJpeg.length);
      }
    }
    const mean = (name: string) => gains[name]!.reduce((sum, value) => sum + value, 0) / gains[name]!.length;
    assert.ok(mean('pixels') > 0, `card pixels: ${mean('pixels')} dB`);
    // One drawn picture, all edges, says less than a set of photographs.
    const loss = files.length > 1 ? 0.05 : 0.2;
    assert.ok(mean('jpeg') > -loss, `encoded: ${mean('jpeg')} dB`);
    const median = gains['ssim']!.sort((a, b) => a - b)[gains['ssim']!.length >> 1]!;
    assert.ok(median >= 0.998, `SSIM ${median}`);
    assert.ok(mean('ssimGain') > 0, `SSIM against a pipeline of its own: ${mean('ssimGain')}`);
    assert.ok(mean('bytes') < 1.05, `bytes ${mean('bytes')}`);
  });

  it('decodes once: renditions and fingerprints come from one set of pixels', async () => {
    const file = await scenery(2000, 1500).jpeg().toBuffer();
    const { work } = await renderPlan(file, PLAN);
    assert.equal(work.pixels.width, 400, 'only the smallest pixels that are needed stay in memory');
    assert.deepEqual(
      PLAN.map(({ name }) => name),
      ['zoom-jpeg', 'thumb-jpeg', 'card-pixels', 'phash', 'thumbhash', 'card-jpeg', 'order'],
    );
  });
});
