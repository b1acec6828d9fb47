import type { Pixels, Size } from '../pixels.ts';
import { scaled } from './scale.ts';

/**
 * Baseline JPEG, 4:2:0, no metadata, no profile (sRGB is what viewers assume). Optimised Huffman tables would
 * save 1 % of the bytes for nearly three times the work.
 */
export async function encodeJpeg(pixels: Pixels, size: Size, quality: number): Promise<Buffer> {
  return scaled(pixels, size).jpeg({ quality, optimiseCoding: false }).toBuffer();
}
