import type { Row } from './justify.ts';

/** Rows that PageUp and PageDown go past. */
const PAGE = 4;

/** Where a key leads from an image of the grid, by position; `null`: it is no such key. */
export function target(key: string, from: number, rows: readonly Row[], count: number): number | null {
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, from - 1);
    case 'ArrowRight':
      return Math.min(count - 1, from + 1);
    case 'ArrowUp':
      return inRow(rows, from, -1);
    case 'ArrowDown':
      return inRow(rows, from, 1);
    case 'PageUp':
      return inRow(rows, from, -PAGE);
    case 'PageDown':
      return inRow(rows, from, PAGE);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/** The picture whose middle is closest, some rows above or below. */
function inRow(rows: readonly Row[], from: number, step: number): number {
  const index = rowOf(rows, from);
  const here = rows[index];
  const there = rows[Math.min(rows.length - 1, Math.max(0, index + step))];
  if (here === undefined || there === undefined || here === there) return from;
  const middle = middleOf(here.widths, from - here.start);
  let best = 0;
  for (let column = 1; column < there.widths.length; column += 1) {
    if (Math.abs(middleOf(there.widths, column) - middle) < Math.abs(middleOf(there.widths, best) - middle))
      best = column;
  }
  return there.start + best;
}

const middleOf = (widths: readonly number[], column: number): number =>
  widths.slice(0, column).reduce((sum, width) => sum + width, 0) + (widths[column] ?? 0) / 2;

/** The row that an image is in. */
export function rowOf(rows: readonly Row[], position: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((rows[middle]?.start ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}
