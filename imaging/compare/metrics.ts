import type { Pixels } from '../pixels.ts';

/** Window of SSIM, and how far it moves, in pixels. */
const WINDOW = 8;
const STRIDE = 4;
/** Constants of Wang et al. for 8 bits: (0.01 · 255)² and (0.03 · 255)². */
const C1 = 6.5025;
const C2 = 58.5225;

/**
 * Peak signal to noise ratio over 8-bit sRGB in dB: 10 log₁₀(255² / MSE), over all pixels and channels.
 *
 * In plain loops: the detour through libvips' `composite` and `stats` costs thirteen times as much.
 *
 * @param a, b pictures of the same size with three channels
 * @returns `null` for pictures without a difference, for which it is infinite
 */
export function psnr(a: Pixels, b: Pixels): number | null {
  let sum = 0;
  for (let i = 0; i < a.data.length; i += 1) {
    const difference = (a.data[i] ?? 0) - (b.data[i] ?? 0);
    sum += difference * difference;
  }
  return sum === 0 ? null : 10 * Math.log10((255 * 255 * a.data.length) / sum);
}

/**
 * Mean structural similarity of luma (Wang, Bovik, Sheikh, Simoncelli: Image Quality Assessment: From Error Visibility
 * to Structural Similarity, 2004), with flat windows of 8 × 8 pixels, one every four. Pictures that are smaller than a
 * window are one window.
 *
 * @param a, b pictures of the same size with three channels
 */
export function ssim(a: Pixels, b: Pixels): number {
  const { width, height } = a;
  const left = luma(a);
  const right = luma(b);
  const across = Math.min(WINDOW, width);
  const down = Math.min(WINDOW, height);
  const count = across * down;
  let total = 0;
  let windows = 0;
  for (let top = 0; top + down <= height; top += STRIDE) {
    for (let start = 0; start + across <= width; start += STRIDE) {
      let sumA = 0;
      let sumB = 0;
      let squareA = 0;
      let squareB = 0;
      let product = 0;
      for (let y = top; y < top + down; y += 1) {
        const end = y * width + start + across;
        for (let at = end - across; at < end; at += 1) {
          const va = left[at] ?? 0;
          const vb = right[at] ?? 0;
          sumA += va;
          sumB += vb;
          squareA += va * va;
          squareB += vb * vb;
          product += va * vb;
        }
      }
      const meanA = sumA / count;
      const meanB = sumB / count;
      const variances = squareA / count - meanA * meanA + squareB / count - meanB * meanB;
      const covariance = product / count - meanA * meanB;
      total +=
        ((2 * meanA * meanB + C1) * (2 * covariance + C2)) /
        ((meanA * meanA + meanB * meanB + C1) * (variances + C2));
      windows += 1;
    }
  }
  return total / windows;
}

/** ITU-R BT.601 luma. */
function luma({ data, width, height }: Pixels): Float64Array {
  const values = new Float64Array(width * height);
  for (let i = 0, at = 0; i < values.length; i += 1, at += 3) {
    values[i] = 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
  }
  return values;
}
