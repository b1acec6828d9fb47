import type { Pixels, Size } from '../pixels.ts';

/**
 * Area-averages pixels down to a grid for the fingerprints: red, green, blue per cell, in this process, because
 * a trip through libvips costs more than the sums. Cells of a picture smaller than the grid share its pixels.
 */
export function averageCells({ data, width, height, channels }: Pixels, grid: Size): Float64Array {
  const cells = new Float64Array(grid.width * grid.height * 3);
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  for (let row = 0; row < grid.height; row += 1) {
    const [top, bottom] = span(row, grid.height, height);
    for (let column = 0; column < grid.width; column += 1) {
      const [left, right] = span(column, grid.width, width);
      let r = 0;
      let g = 0;
      let b = 0;
      for (let y = top; y < bottom; y += 1) {
        const end = (y * width + right) * channels;
        for (let at = (y * width + left) * channels; at < end; at += channels) {
          r += data[at] ?? 0;
          g += data[at + green] ?? 0;
          b += data[at + blue] ?? 0;
        }
      }
      const count = (bottom - top) * (right - left);
      const cell = (row * grid.width + column) * 3;
      cells[cell] = r / count;
      cells[cell + 1] = g / count;
      cells[cell + 2] = b / count;
    }
  }
  return cells;
}

function span(cell: number, cells: number, length: number): [from: number, to: number] {
  const from = Math.floor((cell * length) / cells);
  return [from, Math.max(from + 1, Math.floor(((cell + 1) * length) / cells))];
}
