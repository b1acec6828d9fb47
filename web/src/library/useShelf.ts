import { useEffect, useSyncExternalStore } from 'react';
import { useParts } from '../api/parts.ts';
import type { Selection } from './filters.ts';
import { chunksOf, type Outline } from './outline.ts';
import type { Shelf } from './shelf.ts';

/** While somebody flies past, nothing is asked for; who goes on slowly waits no longer than this. */
const SETTLED_MS = 60;

/** Has the shelf know the images from one position up to another, without it. */
export function useShelf(
  shelf: Shelf,
  selection: Selection,
  outline: Outline,
  range: { from: number; to: number },
): void {
  const { api } = useParts();
  const { from, to } = range;
  useSyncExternalStore(shelf.subscribe, shelf.version);
  useEffect(() => {
    const timer = setTimeout(() => {
      shelf.want(
        chunksOf(outline, from, to).map(({ cursor, start, end }) => ({
          ids: outline.ids.slice(start, end),
          fetch: () => api.listChunk(selection, cursor),
        })),
      );
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [shelf, api, selection, outline, from, to]);
}
