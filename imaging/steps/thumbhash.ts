import { rgbaToThumbHash } from 'thumbhash';
import { fitInside, type Pixels } from '../pixels.ts';
import { averageCells } from './average.ts';

/** The hash keeps seven waves across at most; more pixels than this cost time and change nothing. */
const BOX = { width: 32, height: 32 };

/**
 * ThumbHash (evanw.github.io/thumbhash), as base64. Opaque on purpose: the placeholder stands in for a JPEG.
 */
export function placeholder(pixels: Pixels): string {
  const grid = fitInside(pixels, BOX);
  const cells = averageCells(pixels, grid);
  const rgba = Uint8Array.from({ length: grid.width * grid.height * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : Math.round(cells[(i >> 2) * 3 + (i % 4)] ?? 0),
  );
  return Buffer.from(rgbaToThumbHash(grid.width, grid.height, rgba)).toString('base64');
}
