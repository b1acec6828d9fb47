import type { Sharp } from 'sharp';
import type { Point, Recipe } from '../../domain/presets.ts';
import { cutAround, wholeSize } from '../geometry.ts';
import type { Pixels, Size } from '../pixels.ts';
import { scaled } from './scale.ts';

/** AVIF takes four to five times longer with each step of effort; a large one is somebody's whole patience. */
const CAREFUL_AVIF_PIXELS = 300_000;

/**
 * One rendition out of pixels of the whole picture: scaled, cut or framed, and encoded without metadata or profile
 * (sRGB is what viewers assume).
 *
 * @param original upright size of the original, which the size follows from
 * @param focal overrides what the recipe says
 */
export async function encodeRendition(
  pixels: Pixels,
  original: Size,
  recipe: Recipe,
  focal: Point | null,
): Promise<{ data: Buffer } & Size> {
  const whole = wholeSize(original, recipe);
  const image = scaled(pixels, whole);
  if (recipe.fit === 'cover') {
    const window = cutAround(whole, recipe, focal ?? recipe.focus);
    const cut = window.width < whole.width || window.height < whole.height ? image.extract(window) : image;
    return { data: await encoded(cut, recipe, window), width: window.width, height: window.height };
  }
  if (recipe.fit === 'contain') {
    const [left, top] = [(recipe.width - whole.width) >> 1, (recipe.height - whole.height) >> 1];
    const framed = image.toColourspace('srgb').extend({
      ...{ left, top, background: recipe.background },
      right: recipe.width - whole.width - left,
      bottom: recipe.height - whole.height - top,
    });
    return { data: await encoded(framed, recipe, recipe), width: recipe.width, height: recipe.height };
  }
  return { data: await encoded(image, recipe, whole), ...whole };
}

function encoded(
  image: Sharp,
  { format, quality, chroma }: Recipe,
  { width, height }: Size,
): Promise<Buffer> {
  switch (format) {
    case 'jpeg':
      // Baseline. Optimised Huffman tables would save 1 % of the bytes for nearly three times the work.
      return image.jpeg({ quality, chromaSubsampling: chroma, optimiseCoding: false }).toBuffer();
    case 'webp':
      return image.webp({ quality, effort: 2 }).toBuffer();
    case 'avif': {
      const effort = width * height <= CAREFUL_AVIF_PIXELS ? 2 : 0;
      return image.avif({ quality, effort, chromaSubsampling: chroma }).toBuffer();
    }
  }
}
