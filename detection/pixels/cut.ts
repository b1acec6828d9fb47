import type { Box } from '../../domain/detection.ts';
import type { Pixels } from '../../imaging/pixels.ts';

/**
 * The part of a picture that lies in a box, as pixels of its own. Corners and sizes are cut off to whole pixels, as
 * SpeciesNet does; one pixel at least.
 */
export function cutOut({ data, width, height, channels }: Pixels, [x, y, across, down]: Box): Pixels {
  const left = Math.min(width - 1, Math.trunc(x * width));
  const top = Math.min(height - 1, Math.trunc(y * height));
  const wide = Math.max(1, Math.min(width - left, Math.trunc(across * width)));
  const high = Math.max(1, Math.min(height - top, Math.trunc(down * height)));
  const row = wide * channels;
  const out = Buffer.allocUnsafe(row * high);
  for (let line = 0; line < high; line += 1) {
    const from = ((top + line) * width + left) * channels;
    data.copy(out, line * row, from, from + row);
  }
  return { data: out, width: wide, height: high, channels };
}
