import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { useParts } from '../api/parts.ts';
import { useStore } from '../api/useStore.ts';
import { keyOfSelection, type Selection } from './filters.ts';
import { type Outline, outlineOf, succeed, without } from './outline.ts';
import { createShelf } from './shelf.ts';

const POLL_MS = 5_000;
/** Images become ready many times a second during an import; the eye needs fewer updates. */
const GATHER_MS = 500;
/** Reading a great library again takes the server a while: it gets so many times as long to do something else. */
const PATIENCE = 15;

/** The images that are asked for: their outline, kept up to date, and what is known of single ones. */
export function useLibrary(selection: Selection) {
  const { api, live } = useParts();
  const queries = useQueryClient();
  const liveState = useStore(live.state);
  const [shelf] = useState(() => createShelf());
  const key = keyOfSelection(selection);

  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['outline', key],
    queryFn: async () => {
      const began = performance.now();
      const next = outlineOf(await api.outlineImages(selection));
      const outline = succeed(queries.getQueryData<Read>(['outline', key])?.outline, next);
      return { outline, of: selection, tookMs: performance.now() - began };
    },
    // Deep comparison of a hundred thousand ids is what `succeed` is there to avoid.
    structuralSharing: false,
    placeholderData: (held: Read | undefined) => held,
    refetchInterval: ({ state }) => (state.status === 'error' || liveState !== 'live' ? POLL_MS : false),
  });
  const tookMs = data?.tookMs ?? 0;

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      timer ??= setTimeout(
        () => {
          timer = undefined;
          void refetch();
        },
        Math.max(GATHER_MS, tookMs * PATIENCE),
      );
    };
    // What came while another page was shown.
    soon();
    const silence = live.listen({ onImport: () => undefined, onImages: soon, onOpen: soon });
    return () => {
      clearTimeout(timer);
      silence();
    };
  }, [live, refetch, tookMs]);

  /** Images that were put away leave at once, before the server has said so. */
  const drop = useCallback(
    (ids: ReadonlySet<number>) => {
      queries.setQueryData<Read>(['outline', key], (held) =>
        held === undefined ? held : { ...held, outline: without(held.outline, ids) },
      );
    },
    [queries, key],
  );

  return {
    outline: data?.outline ?? null,
    /** What the outline is of: while another one is on its way, its cursors are good for nothing else. */
    of: data?.of ?? selection,
    /** What is shown belongs to the selection before. */
    stale: isPlaceholderData,
    /** Why there is nothing to show; `null` when there is, or when it is still on its way. */
    error: data === undefined ? error : null,
    shelf,
    drop,
    refetch,
  };
}

interface Read {
  outline: Outline;
  of: Selection;
  tookMs: number;
}
