import type { Box } from '../../domain/detection.ts';
import type { Pixels } from '../pixels.ts';

/** Along the longer side of a box: of a whole person the head is less than one of them. */
const CELLS = 5;

/** Makes parts of a picture unrecognisable, in place: each becomes a few cells of one colour, the mean of their pixels. */
export function hideParts(pixels: Pixels, parts: readonly Box[]): void {
  for (const part of parts) hide(pixels, part);
}

function hide(pixels: Pixels, [x, y, across, down]: Box): void {
  // Outwards: a row at the edge that is left as it was may be somebody's eyes.
  const left = Math.max(0, Math.floor(x * pixels.width));
  const top = Math.max(0, Math.floor(y * pixels.height));
  const right = Math.min(pixels.width, Math.ceil((x + across) * pixels.width));
  const bottom = Math.min(pixels.height, Math.ceil((y + down) * pixels.height));
  const side = Math.max(1, Math.ceil(Math.max(right - left, bottom - top) / CELLS));
  for (let row = top; row < bottom; row += side) {
    for (let column = left; column < right; column += side) {
      flatten(pixels, column, row, Math.min(column + side, right), Math.min(row + side, bottom));
    }
  }
}

function flatten(
  { data, width, channels }: Pixels,
  left: number,
  top: number,
  right: number,
  bottom: number,
): void {
  const count = (right - left) * (bottom - top);
  for (let channel = 0; channel < channels; channel += 1) {
    let sum = 0;
    for (let y = top; y < bottom; y += 1) {
      for (let x = left; x < right; x += 1) sum += data[(y * width + x) * channels + channel] ?? 0;
    }
    const mean = Math.round(sum / count);
    for (let y = top; y < bottom; y += 1) {
      for (let x = left; x < right; x += 1) data[(y * width + x) * channels + channel] = mean;
    }
  }
}
