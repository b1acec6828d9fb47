import { type Taps, TOGETHER } from './taps.ts';

/**
 * What each of three colours of 8 bit becomes: the number of a value lies `MARGIN` behind it. Sharp kernels go beyond black
 * and white, and find their numbers before and behind.
 */
export type Numbers = readonly [red: Float32Array, green: Float32Array, blue: Float32Array];
export const MARGIN = 128;

/** @param become what a value of 0 to 255 becomes */
export function numbersOf(become: (value: number) => number): Float32Array {
  return Float32Array.from({ length: 256 + 2 * MARGIN }, (_, at) =>
    become(Math.max(0, Math.min(255, at - MARGIN))),
  );
}

/** Where the numbers of a row go: the first one, how far apart the colours of a pixel are, and how far pixels. */
export interface Target {
  data: Float32Array;
  to: number;
  next: number;
  step: number;
}

const BITS = 22;
/** What a byte is multiplied by, all in all. */
export const WHOLE = 2 ** BITS;

/**
 * Scales a row of three colours to the width of the result, rounds it to bytes and writes what these become.
 * @param low times what a whole weight makes `WHOLE` of @param less by how much less it is on average
 */
export function scaleRow(low: Int32Array, less: number, taps: Taps, numbers: Numbers, target: Target): void {
  // In one addition: a half to round by, what is missing, and the margin.
  const more = Math.round(WHOLE / 2 + less * taps.whole) + MARGIN * WHOLE;
  if (taps.each === TOGETHER) scaleNear(low, more, taps, numbers, target);
  else scaleFar(low, more, taps, numbers, target);
}

/** With three weights a pixel, as most have. */
function scaleNear(
  low: Int32Array,
  more: number,
  { starts, weights }: Taps,
  [red, green, blue]: Numbers,
  { data, to, next, step }: Target,
): void {
  for (let x = 0, n = 0, o = to; x < starts.length; x += 1, n += 3, o += step) {
    const at = (starts[x] as number) * 3;
    const u = weights[n] as number;
    const v = weights[n + 1] as number;
    const w = weights[n + 2] as number;
    const r =
      Math.imul(u, low[at] as number) +
      Math.imul(v, low[at + 3] as number) +
      Math.imul(w, low[at + 6] as number);
    const g =
      Math.imul(u, low[at + 1] as number) +
      Math.imul(v, low[at + 4] as number) +
      Math.imul(w, low[at + 7] as number);
    const b =
      Math.imul(u, low[at + 2] as number) +
      Math.imul(v, low[at + 5] as number) +
      Math.imul(w, low[at + 8] as number);
    data[o] = red[(r + more) >> BITS] as number;
    data[o + next] = green[(g + more) >> BITS] as number;
    data[o + 2 * next] = blue[(b + more) >> BITS] as number;
  }
}

function scaleFar(
  low: Int32Array,
  more: number,
  { starts, weights, each }: Taps,
  [red, green, blue]: Numbers,
  { data, to, next, step }: Target,
): void {
  for (let x = 0, n = 0, o = to; x < starts.length; x += 1, o += step) {
    let [r, g, b] = [more, more, more];
    let at = (starts[x] as number) * 3;
    for (let k = 0; k < each; k += 1, n += 1, at += 3) {
      const weight = weights[n] as number;
      r = (r + Math.imul(weight, low[at] as number)) | 0;
      g = (g + Math.imul(weight, low[at + 1] as number)) | 0;
      b = (b + Math.imul(weight, low[at + 2] as number)) | 0;
    }
    data[o] = red[r >> BITS] as number;
    data[o + next] = green[g >> BITS] as number;
    data[o + 2 * next] = blue[b >> BITS] as number;
  }
}
