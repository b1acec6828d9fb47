import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Row } from './justify.ts';

/** How far beyond the screen rows are kept in the document, in CSS pixels. */
const OVERSCAN = 600;

export interface RowWindow {
  /** Rows `from` up to, not including, `to` are in or near view. */
  from: number;
  to: number;
  /** Height of what is left out above and below. */
  above: number;
  below: number;
  /** Distance of each row from the first, and of the end. */
  offsets: readonly number[];
}

interface Parts {
  rows: readonly Row[];
  gap: number;
  /** Where an image is in the whole list. */
  positions: ReadonlyMap<number, number>;
}

/**
 * Which rows of a tall list to keep in the document, while the page itself scrolls. What is on the screen stays where
 * it is when rows come in above it or when something above the list grows. The browser's own scroll anchoring cannot
 * do that, because the rows that it would hold on to may be exchanged in the same moment: it is turned off (app.css).
 */
export function useRowWindow(
  list: RefObject<HTMLElement | null>,
  { rows, gap, positions }: Parts,
): RowWindow {
  const offsets = useMemo(() => offsetsOf(rows, gap), [rows, gap]);
  const [range, setRange] = useState({ from: 0, to: 0 });
  const before = useRef({ rows, offsets });
  const listTop = useRef(0);

  const look = useCallback(() => {
    if (list.current === null) return;
    const top = -list.current.getBoundingClientRect().top;
    listTop.current = window.scrollY - top;
    const from = rowAt(offsets, top - OVERSCAN);
    const to = rowAt(offsets, top + window.innerHeight + OVERSCAN) + 1;
    setRange((known) => (known.from === from && known.to === to ? known : { from, to }));
  }, [list, offsets]);

  useLayoutEffect(() => {
    const old = before.current;
    before.current = { rows, offsets };
    const top = list.current === null ? 0 : -list.current.getBoundingClientRect().top;
    const held = rowAt(old.offsets, top);
    const position = positions.get(old.rows[held]?.key ?? -1);
    if (top > 0 && position !== undefined) {
      const starts = rows.map((row) => row.start);
      scrollAlong(
        (offsets[rowAt([...starts, Number.POSITIVE_INFINITY], position)] ?? 0) - (old.offsets[held] ?? 0),
      );
    }
    look();
  }, [list, rows, offsets, positions, look]);

  useEffect(() => {
    const watcher = new ResizeObserver(() => {
      const top = list.current?.getBoundingClientRect().top ?? 0;
      if (top < 0) scrollAlong(top + window.scrollY - listTop.current);
      look();
    });
    watcher.observe(document.body);
    window.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', look);
    return () => {
      watcher.disconnect();
      window.removeEventListener('scroll', look);
      window.removeEventListener('resize', look);
    };
  }, [list, look]);

  const to = Math.min(range.to, rows.length);
  const from = Math.min(range.from, to);
  const at = (row: number): number => offsets[row] ?? 0;
  return { from, to, above: at(from), below: at(rows.length) - at(to), offsets };
}

function scrollAlong(pixels: number): void {
  if (pixels !== 0) window.scrollBy({ top: pixels, behavior: 'instant' });
}

function offsetsOf(rows: readonly Row[], gap: number): number[] {
  const sums = [0];
  let sum = 0;
  for (const row of rows) {
    sum += row.height + gap;
    sums.push(sum);
  }
  return sums;
}

/** The last row that starts at or above `y`. */
function rowAt(offsets: readonly number[], y: number): number {
  let low = 0;
  let high = Math.max(0, offsets.length - 2);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((offsets[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}
