import sharp, { type Sharp } from 'sharp';
import type { Pixels, Size } from '../pixels.ts';

/** Smaller pixels from larger ones. Takes the target size as it is: see `fitInside`. */
export async function scale(pixels: Pixels, size: Size): Promise<Pixels> {
  if (size.width === pixels.width && size.height === pixels.height) return pixels;
  const data = await scaled(pixels, size).raw().toBuffer();
  return { data, ...size, channels: pixels.channels };
}

/** The same, for whoever wants something else than pixels of it. */
export function scaled({ data, width, height, channels }: Pixels, size: Size): Sharp {
  const whole = sharp(data, { raw: { width, height, channels } });
  return size.width === width && size.height === height ? whole : whole.resize({ ...size, fit: 'fill' });
}
