import type { Manifest } from '../manifest.ts';

/** For each place of the result: the first place that goes into it, and the weights of that one and those behind it. */
export interface Taps {
  starts: Int32Array;
  /** Those of a place sum up to `whole` exactly: what is even stays even. */
  weights: Int32Array;
  whole: number;
  /** Weights of one place: a multiple of `TOGETHER`, the last ones nothing. */
  each: number;
}

/** Weights that are taken in one step: there are two or three in most cases. */
export const TOGETHER = 3;
/** Works out the weights of two sizes; those of the last ones are kept, since pictures of one camera are all alike. */
export function createTaps(kernel: Manifest['kernel']): (from: number, to: number, whole: number) => Taps {
  let last: { key: string; taps: Taps } | null = null;
  return (from, to, whole) => {
    const key = [from, to, whole].join(' ');
    if (last?.key !== key) last = { key, taps: tapsOf(from, to, kernel, whole) };
    return last.taps;
  };
}

/** The smallest whole of which all weights are whole parts: that of averages follows from the sizes. Infinity: there is none. */
export function exactWhole(from: number, to: number, kernel: Manifest['kernel']): number {
  return kernel === 'area' && from > to ? from / commonDivisor(from, to) : Number.POSITIVE_INFINITY;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

type Weigh = (place: number) => { from: number; weights: number[] };

function tapsOf(from: number, to: number, kernel: Manifest['kernel'], whole: number): Taps {
  const weigh = weightsOf(from, to, kernel);
  const places = Array.from({ length: to }, (_, place) => gathered(weigh(place), from));
  const most = Math.max(...places.map(({ weights }) => weights.length));
  const each = Math.ceil(most / TOGETHER) * TOGETHER;
  const starts = new Int32Array(to);
  const flat = new Int32Array(to * each);
  for (const [place, { from: start, weights }] of places.entries()) {
    starts[place] = start;
    flat.set(inParts(weights, whole), place * each);
  }
  return { starts, weights: flat, whole, each };
}

/** Each is rounded together with those before it, so that what rounding adds to one it takes from the next. */
function inParts(weights: readonly number[], whole: number): number[] {
  let exact = 0;
  let taken = 0;
  return weights.map((weight) => {
    exact += weight * whole;
    const part = Math.round(exact) - taken;
    taken += part;
    return part;
  });
}

/** What lies beyond the edge counts as the edge. */
function gathered({ from: start, weights }: ReturnType<Weigh>, length: number): ReturnType<Weigh> {
  const first = Math.max(0, Math.min(length - 1, start));
  const last = Math.max(0, Math.min(length - 1, start + weights.length - 1));
  const sums = new Array<number>(last - first + 1).fill(0);
  for (const [k, weight] of weights.entries()) {
    const at = Math.max(first, Math.min(last, start + k)) - first;
    sums[at] = (sums[at] ?? 0) + weight;
  }
  return { from: first, weights: sums };
}

function weightsOf(from: number, to: number, kernel: Manifest['kernel']): Weigh {
  const scale = from / to;
  const centre = (place: number): number => (place + 0.5) * scale - 0.5;
  switch (kernel) {
    case 'area':
      return scale > 1
        ? (place) => covered(place * scale, (place + 1) * scale)
        : (place) => linear(centre(place));
    case 'bilinear':
      return scale > 1 ? (place) => triangle((place + 0.5) * scale, scale) : (place) => linear(centre(place));
    case 'bicubic':
      return (place) => cubic(centre(place));
  }
}

/** How much of each pixel lies between two points. */
function covered(begin: number, end: number): ReturnType<Weigh> {
  const from = Math.floor(begin + 1e-9);
  const weights: number[] = [];
  for (let pixel = from; pixel < end - 1e-9; pixel += 1) {
    weights.push((Math.min(end, pixel + 1) - Math.max(begin, pixel)) / (end - begin));
  }
  return { from, weights };
}

function linear(at: number): ReturnType<Weigh> {
  const from = Math.floor(at);
  const share = at - from;
  return { from, weights: share === 0 ? [1] : [1 - share, share] };
}

/** A tent as wide as two pixels of the result. */
function triangle(at: number, scale: number): ReturnType<Weigh> {
  const from = Math.floor(at - scale + 0.5);
  const end = Math.floor(at + scale + 0.5);
  const weights = Array.from({ length: end - from }, (_, k) =>
    Math.max(0, 1 - Math.abs((from + k + 0.5 - at) / scale)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return { from, weights: weights.map((weight) => weight / sum) };
}

/** The sharpness that OpenCV and PyTorch use. */
const A = -0.75;

function cubic(at: number): ReturnType<Weigh> {
  const from = Math.floor(at) - 1;
  const weights = Array.from({ length: 4 }, (_, k) => {
    const x = Math.abs(at - from - k);
    return x <= 1 ? ((A + 2) * x - (A + 3)) * x * x + 1 : ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
  });
  return { from, weights };
}
