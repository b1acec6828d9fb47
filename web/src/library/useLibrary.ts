import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { useParts } from '../api/parts.ts';
import { useStore } from '../api/useStore.ts';
import { createCatchUp } from './catchUp.ts';
import { nextPage, PAGE_SIZE, type Shelf, shownOn } from './shelf.ts';

const POLL_MS = 5_000;
/** Images become ready many times a second during an import; the eye needs fewer updates. */
const GATHER_MS = 500;

/** The images of one kind of source (`null`: of all), more of them on demand, new ones by themselves. */
export function useLibrary(source: string | null) {
  const { api, live, reach } = useParts();
  const queries = useQueryClient();
  const liveState = useStore(live.state);
  const away = useStore(reach) !== null;

  const query = useInfiniteQuery({
    queryKey: ['images', source],
    queryFn: ({ pageParam }) => api.listImages(pageParam, PAGE_SIZE, source),
    initialPageParam: 1,
    getNextPageParam: (_last, pages) => nextPage(pages),
    // Asking again for every page held would be hundreds of requests: the front is kept up to date by hand.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    refetchInterval: ({ state }) => (state.status === 'error' && state.data === undefined ? POLL_MS : false),
  });

  const catchUp = useMemo(
    () =>
      createCatchUp({
        fetchPage: (page) => api.listImages(page, PAGE_SIZE, source),
        read: () => queries.getQueryData<Shelf>(['images', source]),
        write: (next) => queries.setQueryData<Shelf>(['images', source], next),
      }),
    [api, queries, source],
  );

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void catchUp();
      }, GATHER_MS);
    };
    // What came while another page was shown.
    soon();
    const silence = live.listen({ onImport: () => undefined, onImages: soon, onOpen: soon });
    return () => {
      clearTimeout(timer);
      silence();
    };
  }, [live, catchUp]);

  useEffect(() => {
    if (liveState === 'live') return;
    const timer = setInterval(() => void catchUp(), POLL_MS);
    return () => clearInterval(timer);
  }, [liveState, catchUp]);

  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query;
  const shown = useMemo(() => (query.data === undefined ? null : shownOn(query.data.pages)), [query.data]);
  return {
    shown,
    /** Why there is nothing to show; `null` when there is, or when it is still on its way. */
    error: query.data === undefined ? query.error : null,
    hasMore: hasNextPage,
    moreFailed: isFetchNextPageError && !away,
    more: () => {
      if (hasNextPage && !isFetching && !away) void fetchNextPage();
    },
  };
}
