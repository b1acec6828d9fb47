import sharp from 'sharp';
import type { Luma } from './luma.ts';

const WIDTH = 64;
const HEIGHT = 48;

/**
 * Brightness of a frame, small. It is decoded at an eighth of its size: its decoder is our own process and not a
 * stranger, so it needs no confined child, and two milliseconds will do.
 */
export async function lumaOf(jpeg: Buffer): Promise<Luma> {
  const { data } = await sharp(jpeg, { failOn: 'none', sequentialRead: true })
    .resize(WIDTH, HEIGHT, { fit: 'fill' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: WIDTH, height: HEIGHT };
}
