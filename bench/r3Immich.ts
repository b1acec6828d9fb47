import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { PRESETS, type Preset } from '../domain/presets.ts';
import type { Size } from '../imaging/pixels.ts';
import { planFor, renderBox } from '../imaging/plan.ts';
import { renderSteps } from '../imaging/render.ts';
import { collectInOneGo } from '../workers/garbage.ts';
import type { Benchmark, Line } from './benchmark.ts';
import type { Lab } from './lab.ts';
import { alternating } from './measure/alternating.ts';
import { immichPlan } from './peers/immich.ts';

const ROUNDS = 3;

/** Boxes whose shorter edge is given, as presets of the product have them. */
function immichPresets({ width, height }: Size): Preset[] {
  const outside = (name: string, side: number, more: Partial<Preset>): Preset => {
    const scale = Math.min(1, side / Math.min(width, height));
    const box = { width: Math.round(width * scale), height: Math.round(height * scale) };
    return { ...PRESETS[0], name, ...box, ...more };
  };
  return [outside('preview', 1440, { chroma: '4:4:4' }), outside('thumbnail', 250, { format: 'webp' })];
}

/** What the product would do with such presets, the fingerprints left out. */
const ours = (bytes: Buffer) =>
  renderSteps(bytes, (original) => {
    const presets = immichPresets(original);
    const steps = planFor(original, presets).filter(({ name }) => !/hash$/.test(name));
    return { box: renderBox(original, presets), steps };
  });

async function run(lab: Lab): Promise<Line[]> {
  sharp.cache(false);
  sharp.concurrency(1);
  collectInOneGo();
  const sets = [
    { mark: '', files: (await lab.photos()).files.slice(0, 15), judged: true },
    { mark: ' real', files: (await lab.besideCheckout('photos'))?.files.slice(0, 10) ?? [], judged: false },
  ];
  const lines: Line[] = [];
  for (const { mark, files, judged } of sets) {
    if (files.length === 0) continue;
    const pictures = await Promise.all(files.map((file) => readFile(file)));
    const times = await alternating({ ours, immich: immichPlan }, pictures, ROUNDS);
    let [own, peer] = [0, 0];
    for (const bytes of pictures) {
      own += (await ours(bytes)).renditions.reduce((sum, { data }) => sum + data.length, 0);
      peer += (await immichPlan(bytes)).reduce((sum, data) => sum + data.length, 0);
    }
    lines.push({
      id: `R3${mark}`,
      what: 'a 1440 JPEG 4:4:4 and a 250 WebP | Immich’s settings',
      ours: `${times.ours.toFixed(1)} CPU-ms`,
      peer: `${times.immich.toFixed(1)} CPU-ms`,
      value: times.ours / times.immich,
      gate: judged ? { kind: 'at-most', limit: 0.85, unit: '×' } : null,
      note: `${files.length} pictures; bytes ${(own / peer).toFixed(2)} of the peer’s`,
    });
  }
  return lines;
}

export const immich: Benchmark = { id: 'R3', title: 'Renditions at Immich’s sizes', run };
