import { PRESETS, type Preset, type PresetName } from '../domain/presets.ts';
import { fitInside, type Pixels, type Size } from './pixels.ts';
import { encodeJpeg } from './steps/encode.ts';
import { perceptualHash } from './steps/phash.ts';
import { scale } from './steps/scale.ts';
import { placeholder } from './steps/thumbhash.ts';

export interface Rendition {
  preset: PresetName;
  version: number;
  width: number;
  height: number;
  data: Buffer;
}

/** What the steps hand on. Only one set of pixels lives at a time: each step down replaces the larger one. */
export interface Work {
  /** Upright size of the original. Every rendition is sized from it, so that rounding never adds up. */
  readonly original: Size;
  pixels: Pixels;
  renditions: Rendition[];
  phash: string;
  thumbhash: string;
}

export interface Step {
  readonly name: string;
  run(work: Work): Promise<void> | void;
}

const [ZOOM, CARD, THUMB] = PRESETS;
export const DECODE_BOX: Size = ZOOM;

const HASH: Step = {
  name: 'phash',
  run(work) {
    work.phash = perceptualHash(work.pixels);
  },
};

const PLACEHOLDER: Step = {
  name: 'thumbhash',
  run(work) {
    work.thumbhash = placeholder(work.pixels);
  },
};

/**
 * Everything that is made of one decode, in order. Smaller pictures come from the pixels of the larger one:
 * twice as fast as decoding for each, and closer to the original than a coarse shrink while loading.
 */
export const PLAN: readonly Step[] = [
  encode(ZOOM),
  shrinkTo(CARD),
  HASH,
  PLACEHOLDER,
  encode(CARD),
  encode(THUMB),
];

/** The part of the plan that makes files, for measuring it on its own. */
export const RENDITION_PLAN: readonly Step[] = PLAN.filter((step) => step !== HASH && step !== PLACEHOLDER);

export async function runPlan(plan: readonly Step[], original: Size, pixels: Pixels): Promise<Work> {
  const work: Work = { original, pixels, renditions: [], phash: '', thumbhash: '' };
  for (const step of plan) await step.run(work);
  return work;
}

/** Trades the pixels for smaller ones that are all that later steps need. */
function shrinkTo(preset: Preset): Step {
  return {
    name: `${preset.name}-pixels`,
    async run(work) {
      work.pixels = await scale(work.pixels, fitInside(work.original, preset));
    },
  };
}

function encode(preset: Preset & { readonly name: PresetName }): Step {
  return {
    name: `${preset.name}-jpeg`,
    async run({ original, pixels, renditions }) {
      const size = fitInside(original, preset);
      const data = await encodeJpeg(pixels, size, preset.quality);
      renditions.push({ preset: preset.name, version: preset.version, ...size, data });
    },
  };
}
