import type { Box } from '../../domain/detection.ts';
import type { Pixels } from '../pixels.ts';

/**
 * Makes parts of a picture unrecognisable, in place: each becomes one colour, the mean of its pixels. A blur or a mosaic
 * could be undone, or leave enough of a small face to know it by.
 */
export function hideParts(pixels: Pixels, parts: readonly Box[]): void {
  for (const part of parts) hide(pixels, part);
}

function hide(pixels: Pixels, [x, y, across, down]: Box): void {
  const { data, width, height, channels } = pixels;
  // Outwards: a row at the edge that is left as it was may be somebody's eyes.
  const left = Math.max(0, Math.floor(x * width));
  const top = Math.max(0, Math.floor(y * height));
  const right = Math.min(width, Math.ceil((x + across) * width));
  const bottom = Math.min(height, Math.ceil((y + down) * height));
  const count = (right - left) * (bottom - top);
  if (count <= 0) return;
  for (let channel = 0; channel < channels; channel += 1) {
    let sum = 0;
    for (let row = top; row < bottom; row += 1) {
      for (let column = left; column < right; column += 1)
        sum += data[(row * width + column) * channels + channel] ?? 0;
    }
    const mean = Math.round(sum / count);
    for (let row = top; row < bottom; row += 1) {
      for (let column = left; column < right; column += 1)
        data[(row * width + column) * channels + channel] = mean;
    }
  }
}
