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
  const rgba = new Uint8Array(grid.width * grid.height * 4).fill(255);
  for (let from = 0, to = 0; from < cells.length; from += 3, to += 4) {
    rgba[to] = Math.round(cells[from] ?? 0);
    rgba[to + 1] = Math.round(cells[from + 1] ?? 0);
    rgba[to + 2] = Math.round(cells[from + 2] ?? 0);
  }
  return Buffer.from(rgbaToThumbHash(grid.width, grid.height, rgba)).toString('base64');
}
