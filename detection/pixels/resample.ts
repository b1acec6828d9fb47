import type { Pixels, Size } from '../../imaging/pixels.ts';
import type { Manifest } from '../manifest.ts';

/** For each place of the result: the first place that goes into it, and the weights of that one and those behind it. */
interface Taps {
  starts: Int32Array;
  weights: Float32Array;
  /** Weights of one place. */
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
  // One row of the result in its own height and the width of the part.
  const low = new Float32Array(part.width * pixels.channels);
  for (let y = 0; y < size.height; y += 1) {
    mixRows(pixels, part, down, y, low);
    scaleRow(low, pixels.channels, across, out.subarray(y * size.width * 3));
  }
  return out;
}

/**
 * Mixes the rows that go into one of the result. In one pass over the few that there are in most cases: three reads cost
 * less than reading and writing a sum three times.
 */
function mixRows({ data, width, channels }: Pixels, part: Part, taps: Taps, y: number, low: Float32Array): void {
  const { starts, weights, each } = taps;
  const length = low.length;
  const first = ((part.top + (starts[y] as number)) * width + part.left) * channels;
  const stride = width * channels;
  for (let k = 0; k < each; k += 3) {
    const [a, b, c] = [y * each + k, y * each + k + 1, y * each + k + 2];
    const u = weights[a] as number;
    const v = k + 1 < each ? (weights[b] as number) : 0;
    const w = k + 2 < each ? (weights[c] as number) : 0;
    const one = first + k * stride;
    // A weight of nothing reads what is there in any case.
    const two = v === 0 ? one : one + stride;
    const three = w === 0 ? one : one + 2 * stride;
    if (k === 0) {
      for (let i = 0; i < length; i += 1) {
        low[i] =
          u * (data[one + i] as number) + v * (data[two + i] as number) + w * (data[three + i] as number);
      }
    } else {
      for (let i = 0; i < length; i += 1) {
        low[i] =
          (low[i] as number) +
          (u * (data[one + i] as number) + v * (data[two + i] as number) + w * (data[three + i] as number));
      }
    }
  }
}

/** Scales a row to the width of the result, and rounds it. */
function scaleRow(low: Float32Array, channels: number, taps: Taps, out: Uint8Array): void {
  const { starts, weights, each } = taps;
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  for (let x = 0, w = 0, o = 0; x < starts.length; x += 1, o += 3) {
    let r = 0.5;
    let g = 0.5;
    let b = 0.5;
    let at = (starts[x] as number) * channels;
    for (let k = 0; k < each; k += 1, w += 1, at += channels) {
      const weight = weights[w] as number;
      r += weight * (low[at] as number);
      g += weight * (low[at + green] as number);
      b += weight * (low[at + blue] as number);
    }
    out[o] = byteOf(r);
    out[o + 1] = byteOf(g);
    out[o + 2] = byteOf(b);
  }
}

/** Sharp kernels go beyond black and white. */
const byteOf = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value);

type Weigh = (place: number) => { from: number; weights: number[] };

function tapsOf(from: number, to: number, kernel: Manifest['kernel']): Taps {
  const weigh = weightsOf(from, to, kernel);
  const places = Array.from({ length: to }, (_, place) => gathered(weigh(place), from));
  const each = Math.max(...places.map(({ weights }) => weights.length));
  const starts = new Int32Array(to);
  const flat = new Float32Array(to * each);
  for (const [place, { from: start, weights }] of places.entries()) {
    // Weights of nothing stay inside of the row.
    starts[place] = Math.max(0, Math.min(start, from - each));
    flat.set(weights, place * each + start - (starts[place] ?? 0));
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
