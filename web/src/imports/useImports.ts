import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { useParts } from '../api/parts.ts';
import type { Import } from '../api/types.ts';
import { useStore } from '../api/useStore.ts';
import { type Recent, shownImports, withImport } from './recent.ts';
import { isFinished } from './states.ts';

const PAGE_SIZE = 20;
const IMPORTS_KEY = ['imports'] as const;

export interface Imports {
  /** `null` until the first answer. */
  imports: Import[] | null;
  /** Why there is no answer; `null` once there is one. */
  error: Error | null;
  hasMore: boolean;
  loadingMore: boolean;
  more: () => void;
  /** Asks once more, after it failed. */
  again: () => void;
}

/** Recent imports, kept up to date by the event stream, and by asking while the stream is down. */
export function useImports(): Imports {
  const { api, live, reach } = useParts();
  const queries = useQueryClient();
  const liveState = useStore(live.state);
  const away = useStore(reach) !== null;

  const query = useInfiniteQuery({
    queryKey: IMPORTS_KEY,
    queryFn: ({ pageParam }) => api.listImports(pageParam, PAGE_SIZE),
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page < last.pages ? last.page + 1 : undefined),
    refetchInterval: ({ state }) => {
      const active =
        state.data?.pages.some((page) => page.imports.some((one) => !isFinished(one.status))) === true;
      // A slow look even while events flow: a connection can die without telling.
      if (liveState === 'live') return active ? 20_000 : 60_000;
      return active ? 2_000 : 5_000;
    },
  });

  useEffect(() => {
    return live.listen({
      onImport: (change) => {
        const held = queries.getQueryData<Recent>(IMPORTS_KEY);
        if (held !== undefined) queries.setQueryData(IMPORTS_KEY, withImport(held, change));
      },
      onImages: () => undefined,
      onOpen: () => void queries.invalidateQueries({ queryKey: IMPORTS_KEY }),
    });
  }, [live, queries]);

  // The first look right away: when the stream breaks, the API itself may be gone.
  useEffect(() => {
    if (liveState === 'polling') void queries.invalidateQueries({ queryKey: IMPORTS_KEY });
  }, [liveState, queries]);

  // Back again: whatever was on the page is older than the outage.
  useEffect(() => {
    if (!away) void queries.invalidateQueries({ predicate: (stale) => stale.queryKey[0] !== 'images' });
  }, [away, queries]);

  return {
    imports: useMemo(() => (query.data === undefined ? null : shownImports(query.data)), [query.data]),
    error: query.data === undefined ? query.error : null,
    hasMore: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    more: () => void query.fetchNextPage(),
    again: () => void query.refetch(),
  };
}

/** Shows what an action answered without waiting for the event that says the same. */
export function useShowImport(): (change: Import) => void {
  const queries = useQueryClient();
  return (change) => {
    const held = queries.getQueryData<Recent>(IMPORTS_KEY);
    if (held === undefined) void queries.invalidateQueries({ queryKey: IMPORTS_KEY });
    else queries.setQueryData(IMPORTS_KEY, withImport(held, change));
  };
}
