import { type FocusEvent, type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { rowOf, target } from './gridKeys.ts';
import type { Row } from './justify.ts';
import type { Outline } from './outline.ts';
import type { RowWindow } from './useRowWindow.ts';

const ROOM = 80;

/** What keys do to the images that are chosen. */
export interface Choosing {
  toggle(id: number): void;
  extend(id: number): void;
  all(): void;
  none(): void;
  /** Delete was pressed on an image. */
  remove(id: number): void;
}

/** One tab stop for the whole grid; arrow keys, Home, End, PageUp and PageDown move it, scrolling rows into the document as needed. */
export function useGridKeys(
  list: RefObject<HTMLElement | null>,
  { ids, positions }: Outline,
  rows: readonly Row[],
  view: RowWindow,
  choosing: Choosing,
) {
  const [activeId, setActiveId] = useState<number | null>(null);
  const wanted = useRef<number | null>(null);
  const active = activeId === null ? -1 : (positions.get(activeId) ?? -1);
  const firstInView = rows[view.from]?.start ?? 0;
  const endInView = rows[view.to]?.start ?? ids.length;
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

  function goTo(position: number): void {
    const id = ids[position];
    if (id === undefined || list.current === null) return;
    const row = rowOf(rows, position);
    const top = list.current.getBoundingClientRect().top + (view.offsets[row] ?? 0);
    const bottom = top + (rows[row]?.height ?? 0);
    if (top < ROOM) window.scrollBy(0, top - ROOM);
    else if (bottom > window.innerHeight - ROOM) window.scrollBy(0, bottom - window.innerHeight + ROOM);
    wanted.current = id;
    setActiveId(id);
  }

  /** @returns whether the key meant something here */
  function pressed(event: KeyboardEvent<HTMLElement>, id: number): boolean {
    const control = event.ctrlKey || event.metaKey;
    if (event.altKey) return false;
    if (control && event.key.toLowerCase() === 'a') choosing.all();
    else if (control) return false;
    else if (event.key === ' ' && event.shiftKey) choosing.extend(id);
    else if (event.key === ' ') choosing.toggle(id);
    else if (event.key === 'Escape') choosing.none();
    else if (event.key === 'Delete') choosing.remove(id);
    else {
      const to = target(event.key, tabStop, rows, ids.length);
      const there = to === null ? undefined : ids[to];
      if (to === null || there === undefined) return false;
      if (event.shiftKey) {
        choosing.extend(id);
        choosing.extend(there);
      }
      goTo(to);
    }
    return true;
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const id = ids[tabStop];
    if (id !== undefined && pressed(event, id)) event.preventDefault();
  }

  return { tabStop, onKeyDown, onFocus, goTo };
}
