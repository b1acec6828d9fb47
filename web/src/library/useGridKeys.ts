import { type FocusEvent, type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { Image } from '../api/types.ts';
import type { Row } from './justify.ts';
import type { RowWindow } from './useRowWindow.ts';

const ROOM = 80;

/** One tab stop for the whole grid; arrow keys, Home and End move it, scrolling rows into the document as needed. */
export function useGridKeys(
  list: RefObject<HTMLElement | null>,
  images: readonly Image[],
  rows: readonly Row[],
  view: RowWindow,
) {
  const [activeId, setActiveId] = useState<number | null>(null);
  const wanted = useRef<number | null>(null);
  const active = images.findIndex((image) => image.id === activeId);
  const firstInView = rows[view.from]?.start ?? 0;
  const endInView = rows[view.to]?.start ?? images.length;
  const tabStop = active >= firstInView && active < endInView ? active : firstInView;

  useEffect(() => {
    if (wanted.current === null) return;
    const tile = list.current?.querySelector<HTMLElement>(`[data-image="${wanted.current}"]`);
    if (tile === undefined || tile === null) return;
    wanted.current = null;
    tile.focus({ preventScroll: true });
  });

  function onFocus(event: FocusEvent<HTMLElement>): void {
    const id = Number(event.target.dataset['image']);
    if (Number.isInteger(id)) setActiveId(id);
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const to = target(event.key, tabStop, rows, images.length);
    const image = to === null ? undefined : images[to];
    if (to === null || image === undefined || list.current === null) return;
    event.preventDefault();
    const row = rowOf(rows, to);
    const top = list.current.getBoundingClientRect().top + (view.offsets[row] ?? 0);
    const bottom = top + (rows[row]?.height ?? 0);
    if (top < ROOM) window.scrollBy(0, top - ROOM);
    else if (bottom > window.innerHeight - ROOM) window.scrollBy(0, bottom - window.innerHeight + ROOM);
    wanted.current = image.id;
    setActiveId(image.id);
  }

  return { tabStop, onKeyDown, onFocus };
}

function target(key: string, from: number, rows: readonly Row[], count: number): number | null {
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, from - 1);
    case 'ArrowRight':
      return Math.min(count - 1, from + 1);
    case 'ArrowUp':
      return inRow(rows, from, -1);
    case 'ArrowDown':
      return inRow(rows, from, 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/** The picture in the row above or below whose middle is closest. */
function inRow(rows: readonly Row[], from: number, step: 1 | -1): number {
  const index = rowOf(rows, from);
  const here = rows[index];
  const there = rows[index + step];
  if (here === undefined || there === undefined) return from;
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

function rowOf(rows: readonly Row[], position: number): number {
  const after = rows.findIndex((row) => row.start > position);
  return after === -1 ? rows.length - 1 : after - 1;
}
