import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { RENDITION_PLAN } from '../imaging/plan.ts';
import { renderPlan } from '../imaging/render.ts';
import { colourDifference, rawOf } from '../test/imaging/pictures.ts';
import { collectInOneGo } from '../workers/garbage.ts';
import type { Benchmark, Line } from './benchmark.ts';
import type { Lab } from './lab.ts';
import { alternating } from './measure/alternating.ts';

const ROUNDS = 3;
/** Mean CIE76 over a picture up to which nobody sees a difference. */
const UNSEEN = 2;

/** The same picture, each time with one thing about it that makes decoders slow. */
const INPUTS: Readonly<Record<string, (picture: Sharp) => Sharp>> = {
  progressive: (picture) => picture.jpeg({ quality: 92, progressive: true }),
  'sRGB profile': (picture) => picture.withIccProfile('srgb').jpeg({ quality: 92 }),
  'Display P3': (picture) => picture.withIccProfile('p3').jpeg({ quality: 92 }),
  '4:4:4': (picture) => picture.jpeg({ quality: 92, chromaSubsampling: '4:4:4' }),
  'turned (6)': (picture) => picture.withMetadata({ orientation: 6 }).jpeg({ quality: 92 }),
  PNG: (picture) => picture.png({ compressionLevel: 3 }),
  WebP: (picture) => picture.webp({ quality: 85, effort: 0 }),
};

/** The zoom alone: its decode is where inputs differ. */
const ours = async (bytes: Buffer): Promise<Buffer> => {
  const { work } = await renderPlan(bytes, RENDITION_PLAN.slice(0, 1));
  return work.renditions[0]?.data ?? Buffer.alloc(0);
};

const plain = (bytes: Buffer): Promise<Buffer> =>
  sharp(bytes, { autoOrient: true })
    .resize(1200, 1200, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 80 })
    .toBuffer();

async function run(lab: Lab): Promise<Line[]> {
  sharp.cache(false);
  sharp.concurrency(1);
  collectInOneGo();
  const { files } = await lab.photos();
  const picture = sharp(await readFile(files[0] ?? ''));
  const lines: Line[] = [];
  for (const [name, write] of Object.entries(INPUTS)) {
    const bytes = await write(picture.clone()).toBuffer();
    // Several times the same picture a round: one alone is too short to time.
    const times = await alternating({ ours, plain }, [bytes, bytes, bytes], ROUNDS);
    const [own, peer] = await Promise.all(
      [ours(bytes), plain(bytes)].map(async (made) => rawOf(sharp(await made))),
    );
    if (own === undefined || peer === undefined) throw new Error('Nothing was made.');
    const apart = colourDifference(own, peer);
    lines.push({
      id: 'R5',
      what: `${name}: the zoom | sharp as it comes`,
      ours: `${times.ours.toFixed(1)} CPU-ms`,
      peer: `${times.plain.toFixed(1)} CPU-ms`,
      // Faster and wrong is no gain.
      value: apart <= UNSEEN ? times.plain / times.ours : 0,
      gate: { kind: 'at-least', limit: 1, unit: '×' },
      note: `${(bytes.length / 1e6).toFixed(1)} MB, 12 MP; colours ${apart.toFixed(2)} apart (CIE76)`,
    });
  }
  return lines;
}

export const hostile: Benchmark = { id: 'R5', title: 'Inputs that make decoders slow', run };
