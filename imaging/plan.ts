import type { Box } from '../domain/detection.ts';
import { type Point, PRESETS, type Preset, RENDITION_TYPES } from '../domain/presets.ts';
import { wholeBox, wholeSize } from './geometry.ts';
import { fitInside, type Pixels, type Size } from './pixels.ts';
import { encodeRendition } from './steps/encode.ts';
import { hideParts } from './steps/hide.ts';
import { perceptualHash } from './steps/phash.ts';
import { scale } from './steps/scale.ts';
import { placeholder } from './steps/thumbhash.ts';

export interface Rendition {
  preset: string;
  version: number;
  width: number;
  height: number;
  mediaType: string;
  extension: string;
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

const [ZOOM, CARD] = PRESETS;
export const DECODE_BOX: Size = ZOOM;
/** What the fingerprints are taken of, whatever presets a tenant has: they are compared for ever. */
const LOOK = CARD;

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

const area = ({ width, height }: Size): number => width * height;

/** Into what the original is decoded: large enough for every one of the presets. */
export function decodeBox(original: Size, presets: readonly Preset[], more: readonly Size[] = []): Size {
  const boxes = [...presets.map((preset) => wholeBox(original, preset)), ...more];
  return boxes.reduce((largest, box) =>
    area(fitInside(original, box)) > area(fitInside(original, largest)) ? box : largest,
  );
}

/** Into what it is decoded when the fingerprints are taken too. */
export function renderBox(original: Size, presets: readonly Preset[]): Size {
  return decodeBox(original, presets, [LOOK]);
}

/**
 * Everything that is made of one decode, in order. Every picture comes from the pixels of the decode: twice as fast as
 * decoding for each, and closer to the original than a coarse shrink while loading, or than a step over one in between.
 */
export function planFor(original: Size, presets: readonly Preset[], focal: Point | null = null): Step[] {
  const whole = (preset: Preset): number => area(wholeSize(original, preset));
  const look = area(fitInside(original, LOOK));
  const byArea = presets.toSorted((a, b) => whole(b) - whole(a));
  return [
    ...byArea.filter((preset) => whole(preset) !== look).map((preset) => encode(preset, focal)),
    shrinkToLook(),
    HASH,
    PLACEHOLDER,
    // Of the size that the fingerprints need anyway.
    ...byArea.filter((preset) => whole(preset) === look).map((preset) => encode(preset, focal)),
    inOrder(byArea.map(({ name }) => name)),
  ];
}

/** Renditions alone, all from the pixels of the one decode, without what is to be hidden. */
export function derivePlan(
  presets: readonly Preset[],
  how: { focal: Point | null; hide: readonly Box[]; placeholder: boolean },
): Step[] {
  const hidden: Step = { name: 'hide', run: ({ pixels }) => hideParts(pixels, how.hide) };
  return [
    ...(how.hide.length > 0 ? [hidden] : []),
    ...presets.map((preset) => encode(preset, how.focal)),
    ...(how.placeholder ? [shrinkToLook(), PLACEHOLDER] : []),
  ];
}

/** The plan for what is built in, of any picture that is larger. */
export const PLAN: readonly Step[] = planFor({ width: 1e5, height: 1e5 }, PRESETS);

/** The part of the plan that makes files, for measuring it on its own. */
export const RENDITION_PLAN: readonly Step[] = PLAN.filter((step) => step !== HASH && step !== PLACEHOLDER);

export async function runPlan(plan: readonly Step[], original: Size, pixels: Pixels): Promise<Work> {
  const work: Work = { original, pixels, renditions: [], phash: '', thumbhash: '' };
  for (const step of plan) await step.run(work);
  return work;
}

/** As whoever shows them looks for them, whatever order they were made in. */
function inOrder(names: readonly string[]): Step {
  return {
    name: 'order',
    run(work) {
      work.renditions.sort((a, b) => names.indexOf(a.preset) - names.indexOf(b.preset));
    },
  };
}

/** Trades the pixels for smaller ones that are all that later steps need. */
function shrinkToLook(): Step {
  return {
    name: `${LOOK.name}-pixels`,
    async run(work) {
      work.pixels = await scale(work.pixels, fitInside(work.original, LOOK));
    },
  };
}

function encode(preset: Preset, focal: Point | null): Step {
  return {
    name: `${preset.name}-${preset.format}`,
    async run({ original, pixels, renditions }) {
      const made = await encodeRendition(pixels, original, preset, focal);
      const { name, version, format } = preset;
      renditions.push({ preset: name, version, ...RENDITION_TYPES[format], ...made });
    },
  };
}
