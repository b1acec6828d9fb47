import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { RENDITION_PLAN } from '../imaging/plan.ts';
import { renderPlan } from '../imaging/render.ts';
import { collectInOneGo } from '../workers/garbage.ts';
import type { Benchmark, Line } from './benchmark.ts';
import type { Lab } from './lab.ts';
import { alternating } from './measure/alternating.ts';
import { decodeFloor } from './peers/decodeFloor.ts';
import { threePipelines } from './peers/threePipelines.ts';

const ROUNDS = 5;

const VARIANTS = {
  plan: (bytes: Buffer) => renderPlan(bytes, RENDITION_PLAN),
  three: async (bytes: Buffer) => {
    for (const { encode } of threePipelines) await encode(bytes);
  },
  floor: decodeFloor,
} as const satisfies Record<string, (bytes: Buffer) => Promise<unknown>>;
async function run(lab: Lab): Promise<Line[]> {
  sharp.cache(false);
  sharp.concurrency(1);
  // As in a decoding child; all variants of this process have it.
  collectInOneGo();
  const drawn = await lab.photos();
  const real = await lab.besideCheckout('photos');
  const sets = [
    { mark: '', files: drawn.files, note: `${drawn.files.length} drawn 12 MP JPEGs`, judged: true },
    ...(real === null
      ? []
      : // A third of them are strongly compressed: a floor of little more than their few bytes says little of the rest.
        [{ mark: ' real', files: real.files, note: `${real.files.length} photographs`, judged: false }]),
  ];
  const lines: Line[] = [];
  for (const { mark, files, note, judged } of sets) {
    const pictures = await Promise.all(files.map((file) => readFile(file)));
    const { plan, three, floor } = await alternating(VARIANTS, pictures, ROUNDS);
    const ms = (value: number): string => `${value.toFixed(1)} CPU-ms`;
    lines.push(
      {
        id: `R1${mark}`,
        what: 'three renditions from one decode | three pipelines',
        ours: ms(plan),
        peer: ms(three),
        value: three / plan,
        gate: { kind: 'at-least', limit: 1.9, unit: '×' },
        note: `${note}; header, limits, decode, three JPEGs`,
      },
      {
        id: `R2${mark}`,
        what: 'three renditions | decode floor',
        ours: ms(plan),
        peer: ms(floor),
        value: plan / floor,
        gate: judged ? { kind: 'at-most', limit: 1.8, unit: '×' } : null,
        note,
      },
    );
  }
  return lines;
}

export const renditions: Benchmark = { id: 'R1/R2', title: 'Renditions', run };
