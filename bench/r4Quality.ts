import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { PRESETS } from '../domain/presets.ts';
import { fitInside } from '../imaging/pixels.ts';
import { RENDITION_PLAN, runPlan } from '../imaging/plan.ts';
import { decodeUpright } from '../imaging/steps/decode.ts';
import { readHeader } from '../imaging/steps/header.ts';
import { scale } from '../imaging/steps/scale.ts';
import { psnr, type Raw, rawOf, ssim } from '../test/imaging/pictures.ts';
import type { Benchmark, Line } from './benchmark.ts';
import type { Lab } from './lab.ts';
import { median } from './measure/statistics.ts';

interface Likeness {
  /** dB over a pipeline of its own, before encoding and after. */
  pixels: number;
  file: number;
  ssim: number;
  bytes: number;
}

/** As good as it gets: decode everything, then one Lanczos step. */
async function reference(file: Buffer, width: number, height: number): Promise<Raw> {
  const full = await rawOf(sharp(file, { autoOrient: true }).toColourspace('srgb').removeAlpha());
  const raw = { width: full.width, height: full.height, channels: full.channels as 3 };
  return rawOf(sharp(full.data, { raw }).resize(width, height, { fit: 'fill' }));
}

async function compare(file: Buffer, side: number): Promise<Likeness | null> {
  const header = await readHeader(file);
  if (header.colourSpace !== 'srgb') return null;
  const zoom = await decodeUpright(file, header, fitInside(header, PRESETS[0]));
  const size = fitInside(header, { width: side, height: side });
  const pixels = await scale(zoom, size);
  const best = await reference(file, size.width, size.height);
  const alone = sharp(file, { autoOrient: true })
    .resize(size.width, size.height, { fit: 'fill' })
    .toColourspace('srgb');
  const { renditions } = await runPlan(RENDITION_PLAN, header, zoom);
  const ours = renditions.find(({ width, height }) => width === size.width && height === size.height);
  if (ours === undefined || best.channels !== pixels.channels) return null;
  const peer = await alone.clone().jpeg({ quality: 80, optimiseCoding: false }).toBuffer();
  return {
    pixels: psnr(pixels, best) - psnr(await rawOf(alone.clone()), best),
    file: psnr(await rawOf(sharp(ours.data)), best) - psnr(await rawOf(sharp(peer)), best),
    ssim: ssim(pixels, best),
    bytes: ours.data.length / peer.length,
  };
}

async function run(lab: Lab): Promise<Line[]> {
  const real = await lab.besideCheckout('photos');
  const files = (real ?? (await lab.photos())).files.slice(0, 12);
  const lines: Line[] = [];
  for (const { name, width: side } of PRESETS.slice(1)) {
    const found: Likeness[] = [];
    for (const file of files) {
      const one = await compare(await readFile(file), side);
      if (one !== null) found.push(one);
    }
    const middle = (key: keyof Likeness): number => median(found.map((one) => one[key]));
    const line = (what: string, value: number | null, gate: Line['gate']): Line => ({
      id: 'R4',
      what: `${name}: ${what}`,
      ...{ ours: '', peer: '', value, gate },
      note: `median of ${found.length} ${real === null ? 'drawn pictures' : 'photographs'}`,
    });
    lines.push(
      line('nearer to the original than a pipeline of its own', middle('pixels'), {
        ...{ kind: 'at-least', limit: 0, unit: 'dB' },
      }),
      { ...line('the same, encoded', null, null), ours: `${middle('file').toFixed(2)} dB` },
      line('likeness to the best there can be', middle('ssim'), {
        ...{ kind: 'at-least', limit: 0.998, unit: 'SSIM' },
      }),
      line('bytes', middle('bytes'), { kind: 'at-most', limit: 1.05, unit: '×' }),
    );
  }
  return lines;
}

export const quality: Benchmark = { id: 'R4', title: 'Likeness of renditions', run };
