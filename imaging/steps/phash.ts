import type { Pixels } from '../pixels.ts';
import { averageCells } from './average.ts';

const SIDE = 32;
const LOW = 8;

/** `COSINES[k][n]` = cos(π k (2n + 1) / 2N): the basis of the DCT-II, for the low frequencies only. */
const COSINES = Array.from({ length: LOW }, (_, k) =>
  Float64Array.from({ length: SIDE }, (_, n) => Math.cos((Math.PI * k * (2 * n + 1)) / (2 * SIDE))),
);

/** Below this a coefficient of a flat picture is rounding noise, which must not become bits. */
const NOISE = 1e-6;

/**
 * 64-bit perceptual hash as `imagehash.phash` defines it: luma, 32 × 32, DCT-II, the 8 × 8 lowest frequencies,
 * one bit each for "above their median", row by row, most significant bit first.
 *
 * @returns 16 hex digits. Hamming distance up to 10 of 64 means "the same picture, edited".
 */
export function perceptualHash(pixels: Pixels): string {
  const low = lowFrequencies(luma(averageCells(pixels, { width: SIDE, height: SIDE })));
  const sorted = low.toSorted((a, b) => a - b);
  const median = ((sorted[31] ?? 0) + (sorted[32] ?? 0)) / 2;
  let bits = 0n;
  for (const value of low) bits = (bits << 1n) | (value > median ? 1n : 0n);
  return bits.toString(16).padStart(16, '0');
}

/** ITU-R BT.601 luma. */
function luma(rgb: Float64Array): Float64Array {
  const cells = new Float64Array(SIDE * SIDE);
  for (let i = 0; i < cells.length; i += 1) {
    cells[i] = 0.299 * (rgb[3 * i] ?? 0) + 0.587 * (rgb[3 * i + 1] ?? 0) + 0.114 * (rgb[3 * i + 2] ?? 0);
  }
  return cells;
}

function lowFrequencies(cells: Float64Array): number[] {
  const rows = new Float64Array(SIDE * LOW);
  for (const [u, waves] of COSINES.entries()) {
    for (let y = 0; y < SIDE; y += 1) {
      let sum = 0;
      for (let x = 0; x < SIDE; x += 1) sum += (cells[y * SIDE + x] ?? 0) * (waves[x] ?? 0);
      rows[y * LOW + u] = sum;
    }
  }
  const low: number[] = [];
  for (const waves of COSINES) {
    for (let u = 0; u < LOW; u += 1) {
      let sum = 0;
      for (let y = 0; y < SIDE; y += 1) sum += (rows[y * LOW + u] ?? 0) * (waves[y] ?? 0);
      low.push(Math.abs(sum) < NOISE ? 0 : sum);
    }
  }
  return low;
}
