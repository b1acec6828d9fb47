import sharp from 'sharp';
import { isSrgb, profileSpace } from '../icc.ts';
import type { Pixels } from '../pixels.ts';
import { wrapTiff } from '../tiffWrap.ts';
import type { Header } from './header.ts';

/**
 * What to do about the colours of a picture:
 * - `as-is`: the numbers are sRGB already; converting them would cost as much as the decode and change nothing.
 * - `after-shrink`: convert the small picture, which is faster the larger the original is. It is also the only
 *   way that is right for 16 bit: libvips through sharp would turn those into Display P3 and label them sRGB.
 * - `on-load`: let libvips do it first. CMYK, Lab and whatever else is not stored as red, green, blue or grey;
 *   and transparency, which viewers blend after conversion. (Not in 16 bit, where the blend is off by less.)
 */
export type ColourPlan = 'as-is' | 'after-shrink' | 'on-load';

const RGB_SPACES: readonly string[] = ['srgb', 'rgb', 'rgb16'];
export const GREY_SPACES: readonly string[] = ['b-w', 'grey16'];

export function planColours({
  icc,
  colourSpace,
  hasAlpha,
}: Pick<Header, 'icc' | 'colourSpace' | 'hasAlpha'>): ColourPlan {
  if (!RGB_SPACES.includes(colourSpace) && !GREY_SPACES.includes(colourSpace)) return 'on-load';
  if (icc === null || isSrgb(icc)) return 'as-is';
  // A profile for another kind of pixels is damaged or misplaced; viewers ignore it too.
  if (profileSpace(icc) !== (GREY_SPACES.includes(colourSpace) ? 'GRAY' : 'RGB ')) return 'as-is';
  return hasAlpha && !colourSpace.endsWith('16') ? 'on-load' : 'after-shrink';
}

/** Converts small pixels from the given profile to sRGB. A profile that cannot be used leaves them as they are. */
export async function convertToSrgb(pixels: Pixels, icc: Buffer): Promise<Pixels> {
  const { data, info } = await sharp(wrapTiff(pixels, icc))
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 3 };
}
