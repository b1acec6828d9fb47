import type { Pixels, Size } from '../../imaging/pixels.ts';
import type { Manifest } from '../manifest.ts';

/** For each place of the result: the first place that goes into it, and the weights of that one and those behind it. */
interface Taps {
  starts: Int32Array;
  weights: Float32Array;
  /** Weights of one place: a multiple of those that are taken together, the last ones nothing. */
  each: number;
}

interface Part extends Size {
  left: number;
  top: number;
}

/**
 * A part of a picture in another size: red, green, blue, 8 bit. In this process and by the letter: what a model sees must
 * not depend on how a library rounds, since its boxes are compared with those of other tools.
 */
export function resample(pixels: Pixels, part: Part, size: Size, kernel: Manifest['kernel']): Uint8Array {
  const across = tapsOf(part.width, size.width, kernel);
  const down = tapsOf(part.height, size.height, kernel);
  const out = new Uint8Array(size.width * 3 * size.height);
  // One row of the result in its own height and the width of the part, times ONE; behind it what weights of nothing read.
  const low = new Int32Array((part.width + across.each) * pixels.channels);
  const colours = pixels.channels === 3 ? low : new Int32Array((part.width + across.each) * 3);
  for (let y = 0; y < size.height; y += 1) {
    mixRows(pixels, part, down, y, low);
    if (colours !== low) takeColours(low, pixels.channels, colours);
    scaleRow(colours, across, out, y * size.width * 3);
  }
  return out;
}

/** Fixed point: whole numbers take half the time. A byte and weights that sum up to less than four stay below 2^31. */
const ONE = 2 ** 21;
/** Weights that are taken in one step: there are two or three in most cases. */
const TOGETHER = 3;

/** Mixes the rows that go into one of the result. */
function mixRows(pixels: Pixels, part: Part, taps: Taps, y: number, low: Int32Array): void {
  const { data, width, channels } = pixels;
  const { starts, weights, each } = taps;
  const length = part.width * channels;
  const first = ((part.top + (starts[y] as number)) * width + part.left) * channels;
  const stride = width * channels;
  for (let k = 0; k < each; k += TOGETHER) {
    const at = y * each + k;
    const u = Math.round((weights[at] as number) * ONE) | 0;
    const v = Math.round((weights[at + 1] as number) * ONE) | 0;
    const w = Math.round((weights[at + 2] as number) * ONE) | 0;
    const one = first + k * stride;
    // Rows without weight may not be there.
    const two = v === 0 ? first : one + stride;
    const three = w === 0 ? first : one + 2 * stride;
    mix(low, length, k === 0, data, u === 0 ? first : one, two, three, u, v, w);
  }
}

function mix(
  low: Int32Array,
  length: number,
  isFirst: boolean,
  data: Uint8Array,
  one: number,
  two: number,
  three: number,
  u: number,
  v: number,
  w: number,
): void {
  if (isFirst) low.fill(0);
  for (let i = 0; i < length; i += 1) {
    low[i] =
      ((low[i] as number) +
        Math.imul(u, data[one + i] as number) +
        Math.imul(v, data[two + i] as number) +
        Math.imul(w, data[three + i] as number)) |
      0;
  }
}

/** Grey becomes three of the same; what is behind the colours is left out. */
function takeColours(low: Int32Array, channels: number, colours: Int32Array): void {
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  for (let from = 0, to = 0; to < colours.length; from += channels, to += 3) {
    colours[to] = low[from] as number;
    colours[to + 1] = low[from + green] as number;
    colours[to + 2] = low[from + blue] as number;
  }
}

/** Scales a row of three colours to the width of the result, and rounds it. */
function scaleRow(low: Int32Array, { starts, weights, each }: Taps, out: Uint8Array, begin: number): void {
  for (let x = 0, n = 0, o = begin; x < starts.length; x += 1, o += 3) {
    let r = ONE / 2;
    let g = ONE / 2;
    let b = ONE / 2;
    let at = (starts[x] as number) * 3;
    // Three at a time, as TOGETHER says.
    for (let k = 0; k < each; k += 3, n += 3, at += 9) {
      const u = weights[n] as number;
      const v = weights[n + 1] as number;
      const w = weights[n + 2] as number;
      r += u * (low[at] as number) + v * (low[at + 3] as number) + w * (low[at + 6] as number);
      g += u * (low[at + 1] as number) + v * (low[at + 4] as number) + w * (low[at + 7] as number);
      b += u * (low[at + 2] as number) + v * (low[at + 5] as number) + w * (low[at + 8] as number);
    }
    out[o] = byteOf(r);
    out[o + 1] = byteOf(g);
    out[o + 2] = byteOf(b);
  }
}

/** Sharp kernels go beyond black and white. */
function byteOf(value: number): number {
  return value <= 0 ? 0 : value >= 255 * ONE ? 255 : value / ONE;
}

type Weigh = (place: number) => { from: number; weights: number[] };

function tapsOf(from: number, to: number, kernel: Manifest['kernel']): Taps {
  const weigh = weightsOf(from, to, kernel);
  const places = Array.from({ length: to }, (_, place) => gathered(weigh(place), from));
  const most = Math.max(...places.map(({ weights }) => weights.length));
  const each = Math.ceil(most / TOGETHER) * TOGETHER;
  const starts = new Int32Array(to);
  const flat = new Float32Array(to * each);
  for (const [place, { from: start, weights }] of places.entries()) {
    starts[place] = start;
    flat.set(weights, place * each);
  }
  return { starts, weights: flat, each };
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
