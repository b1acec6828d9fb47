import os from 'node:os';
import type { Pixels, Size } from '../../imaging/pixels.ts';
import type { Manifest } from '../manifest.ts';
import { createTaps, exactWhole, type Taps, TOGETHER } from './taps.ts';

/** Of a picture. */
export interface Part extends Size {
  left: number;
  top: number;
}

/** How rows of one part are mixed. */
export interface Mixing {
  /** What a byte is multiplied by. */
  whole: number;
  /** By how much less it is on average, because the rest was cut off. */
  less: number;
  /** Makes a row of the result, as wide as the part still; up to three numbers behind it are overwritten. */
  mix(y: number, low: Int32Array): void;
}

/** Of weights; what is behind is cut off, so that with a weight across and what sharp kernels add there is room in 32. */
const WHOLE_BITS = 15;
const LOW_BITS = 7;
const DOWN_BITS = WHOLE_BITS - LOW_BITS;
/** A byte times this finds room in half of a number. */
const MOST_IN_HALF = 257;

/** Bytes of the picture at which three rows begin, and how much each counts. */
type Rows = readonly [one: number, two: number, three: number, u: number, v: number, w: number];

/** Mixes the rows of a part of a picture to another height. */
export function createMix(kernel: Manifest['kernel']): (pixels: Pixels, part: Part, to: number) => Mixing {
  const tapsOf = createTaps(kernel);

  return (pixels, part, to) => {
    const { data, channels } = pixels;
    const length = part.width * channels;
    const stride = pixels.width * channels;
    const words = wordsOf(data, [stride, part.left * channels]);
    const exact = exactWhole(part.height, to, kernel);
    const inHalves = words !== null && exact <= MOST_IN_HALF && part.height <= to * 2;
    const taps = tapsOf(part.height, to, inHalves ? exact : 2 ** WHOLE_BITS);
    const rows = (y: number, k: number): Rows => rowsOf(taps, part, stride, channels, y, k);
    if (inHalves)
      return { whole: exact, less: 0, mix: (y, low) => mixHalves(low, length, words, rows(y, 0)) };

    function mix(y: number, low: Int32Array): void {
      if (taps.each > TOGETHER) {
        low.fill(0);
        for (let k = 0; k < taps.each; k += TOGETHER) addBytes(low, length, data, rows(y, k));
        for (let i = 0; i < length; i += 1) low[i] = (low[i] as number) >> DOWN_BITS;
      } else if (words === null) mixBytes(low, length, data, rows(y, 0));
      else mixWords(low, length, words, rows(y, 0));
    }
    return { whole: 2 ** LOW_BITS, less: 0.5, mix };
  };
}

function rowsOf(
  { starts, weights, each }: Taps,
  part: Part,
  stride: number,
  channels: number,
  y: number,
  k: number,
): Rows {
  const first = (part.top + (starts[y] as number)) * stride + part.left * channels;
  const at = y * each + k;
  const [u, v, w] = [weights[at] as number, weights[at + 1] as number, weights[at + 2] as number];
  const one = first + k * stride;
  // Rows without weight may not be there.
  return [u === 0 ? first : one, v === 0 ? first : one + stride, w === 0 ? first : one + 2 * stride, u, v, w];
}

const LITTLE = os.endianness() === 'LE';

/** The same bytes, four at a time; `null`: the offsets, or this machine, do not allow that. */
function wordsOf(data: Uint8Array, offsets: readonly number[]): Int32Array | null {
  if (!LITTLE || [data.byteOffset, ...offsets].some((offset) => offset % 4 !== 0)) return null;
  return new Int32Array(data.buffer, data.byteOffset, data.length >> 2);
}

const HALVES = 0xff00ff;

/** Two bytes with each multiplication, where no weight is lost by it. */
function mixHalves(low: Int32Array, length: number, data: Int32Array, [a, b, c, u, v, w]: Rows): void {
  const [one, two, three] = [a >> 2, b >> 2, c >> 2];
  for (let i = 0, o = 0; o < length; i += 1, o += 4) {
    const p = data[one + i] as number;
    const q = data[two + i] as number;
    const r = data[three + i] as number;
    const even = Math.imul(u, p & HALVES) + Math.imul(v, q & HALVES) + Math.imul(w, r & HALVES);
    const odd =
      Math.imul(u, (p >>> 8) & HALVES) + Math.imul(v, (q >>> 8) & HALVES) + Math.imul(w, (r >>> 8) & HALVES);
    low[o] = even & 0xffff;
    low[o + 1] = odd & 0xffff;
    low[o + 2] = even >>> 16;
    low[o + 3] = odd >>> 16;
  }
}

/** A third less time than byte by byte: what costs is to read from memory. */
function mixWords(low: Int32Array, length: number, data: Int32Array, [a, b, c, u, v, w]: Rows): void {
  const [one, two, three] = [a >> 2, b >> 2, c >> 2];
  for (let i = 0, o = 0; o < length; i += 1, o += 4) {
    const p = data[one + i] as number;
    const q = data[two + i] as number;
    const r = data[three + i] as number;
    low[o] = (Math.imul(u, p & 255) + Math.imul(v, q & 255) + Math.imul(w, r & 255)) >> DOWN_BITS;
    low[o + 1] =
      (Math.imul(u, (p >> 8) & 255) + Math.imul(v, (q >> 8) & 255) + Math.imul(w, (r >> 8) & 255)) >>
      DOWN_BITS;
    low[o + 2] =
      (Math.imul(u, (p >> 16) & 255) + Math.imul(v, (q >> 16) & 255) + Math.imul(w, (r >> 16) & 255)) >>
      DOWN_BITS;
    low[o + 3] = (Math.imul(u, p >>> 24) + Math.imul(v, q >>> 24) + Math.imul(w, r >>> 24)) >> DOWN_BITS;
  }
}

function mixBytes(low: Int32Array, length: number, data: Uint8Array, [a, b, c, u, v, w]: Rows): void {
  for (let i = 0; i < length; i += 1) {
    low[i] =
      (Math.imul(u, data[a + i] as number) +
        Math.imul(v, data[b + i] as number) +
        Math.imul(w, data[c + i] as number)) >>
      DOWN_BITS;
  }
}

/** Three of more rows. */
function addBytes(low: Int32Array, length: number, data: Uint8Array, [a, b, c, u, v, w]: Rows): void {
  for (let i = 0; i < length; i += 1) {
    low[i] =
      ((low[i] as number) +
        Math.imul(u, data[a + i] as number) +
        Math.imul(v, data[b + i] as number) +
        Math.imul(w, data[c + i] as number)) |
      0;
  }
}
