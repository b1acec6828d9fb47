import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { RENDITION_PLAN } from '../imaging/plan.ts';
import { renderPlan } from '../imaging/render.ts';
import { collectInOneGo } from '../workers/garbage.ts';
import type { Benchmark, Line } from './benchmark.ts';
import type { Lab } from './lab.ts';
import { median } from './measure/statistics.ts';
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
type Variant = keyof typeof VARIANTS;

async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** CPU-ms a picture of each variant: medians over the rounds, variants alternating picture by picture. */
async function measure(files: readonly string[]): Promise<Record<Variant, number>> {
  const pictures = await Promise.all(files.map((file) => readFile(file)));
  const names = Object.keys(VARIANTS) as Variant[];
  const totals: Record<Variant, number[]> = { plan: [], three: [], floor: [] };
  const first = pictures[0];
  if (first === undefined) throw new Error('There are no pictures to measure on.');
  for (const name of names) await VARIANTS[name](first);
  for (let round = 0; round < ROUNDS; round += 1) {
    const total: Record<Variant, number> = { plan: 0, three: 0, floor: 0 };
    for (const [index, bytes] of pictures.entries()) {
      const order = (round + index) % 2 === 0 ? names : names.toReversed();
      for (const name of order) total[name] += await cpuMs(() => VARIANTS[name](bytes));
    }
    for (const name of names) totals[name].push(total[name] / pictures.length);
  }
  return {
    plan: median(totals.plan),
    three: median(totals.three),
    floor: median(totals.floor),
  };
}

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
    const { plan, three, floor } = await measure(files);
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
