import type { Pixels } from '../../imaging/pixels.ts';
import type { Manifest } from '../manifest.ts';
import { MARGIN, type Numbers, numbersOf, scaleRow, type Target, WHOLE } from './across.ts';
import { createMix } from './mix.ts';
import { type Placement, placementOf } from './placement.ts';
import { createTaps } from './taps.ts';

/** Numbers as a model takes and gives them. */
export interface Tensor {
  type: string;
  data: Float32Array | BigInt64Array | Int32Array | Float64Array;
  dims: readonly number[];
}

/** What is around a letterboxed picture. */
const GREY = 114;

export interface Input {
  tensor: Tensor;
  placement: Placement;
}

/** Makes inputs of pictures. The numbers of one are overwritten by the next. */
export type MakeInput = (pixels: Pixels) => Input;

/**
 * Pictures are brought to the size of a model in this process and by the letter: what it sees must not depend on how a
 * library rounds, since its boxes are compared with those of other tools. One row after the other goes all the way, while it
 * is in the processor's cache.
 */
export function createInputs(manifest: Manifest): MakeInput {
  const { layout, normalisation, kernel } = manifest;
  const { scale, mean, std } = normalisation;
  const numbers = ([0, 1, 2] as const).map((c) => numbersOf((value) => (value * scale - mean[c]) / std[c]));
  const [red, green, blue] = numbers as [Float32Array, Float32Array, Float32Array];
  const tapsAcross = createTaps(kernel);
  const mixingOf = createMix(kernel);
  let data = new Float32Array(0);
  let framed = '';

  return (pixels) => {
    const placement = placementOf(pixels, manifest);
    const { width, height, cut, left, top, scaled } = placement;
    const plane = width * height;
    // Either planes after each other, or three values for each pixel.
    const [next, step] = layout === 'nchw' ? [plane, 1] : [1, 3];
    const frame = [width, height, left, top, scaled.width, scaled.height].join(' ');
    if (frame !== framed) {
      if (data.length !== plane * 3) data = new Float32Array(plane * 3);
      // Nothing but the picture is written to afterwards.
      for (const [n, of] of numbers.entries()) fill(data, n * next, step, plane, of[GREY + MARGIN] as number);
      framed = frame;
    }
    const at = (y: number): Target => ({ data, to: ((top + y) * width + left) * step, next, step });
    const asItIs = cut.width === scaled.width && cut.height === scaled.height && pixels.channels === 3;
    if (asItIs) {
      for (let y = 0; y < cut.height; y += 1) {
        const begin = ((cut.top + y) * pixels.width + cut.left) * 3;
        lookUp(pixels.data, begin, cut.width, [red, green, blue], at(y));
      }
    } else {
      const { whole, less, mix } = mixingOf(pixels, cut, scaled.height);
      const across = tapsAcross(cut.width, scaled.width, Math.floor(WHOLE / whole));
      const room = cut.width + across.each;
      // One row in its own height and the width of the part; behind it is what weights of nothing read.
      const low = new Int32Array(room * pixels.channels);
      const colours = pixels.channels === 3 ? low : new Int32Array(room * 3);
      for (let y = 0; y < scaled.height; y += 1) {
        mix(y, low);
        if (colours !== low) takeGrey(low, colours);
        scaleRow(colours, less, across, [red, green, blue], at(y));
      }
    }
    const dims = layout === 'nchw' ? [1, 3, height, width] : [1, height, width, 3];
    return { tensor: { type: 'float32', data, dims }, placement };
  };
}

/** Writes what a row of pixels becomes. */
function lookUp(
  rgb: Uint8Array,
  begin: number,
  count: number,
  [red, green, blue]: Numbers,
  { data, to, next, step }: Target,
): void {
  const end = begin + count * 3;
  for (let from = begin, at = to; from < end; from += 3, at += step) {
    data[at] = red[(rgb[from] as number) + MARGIN] as number;
    data[at + next] = green[(rgb[from + 1] as number) + MARGIN] as number;
    data[at + 2 * next] = blue[(rgb[from + 2] as number) + MARGIN] as number;
  }
}

/** Grey becomes three of the same. */
function takeGrey(grey: Int32Array, colours: Int32Array): void {
  for (const [at, value] of grey.entries()) colours.fill(value, at * 3, at * 3 + 3);
}

function fill(data: Float32Array, first: number, step: number, count: number, value: number): void {
  if (step === 1) data.fill(value, first, first + count);
  else for (let i = 0, at = first; i < count; i += 1, at += step) data[at] = value;
}
