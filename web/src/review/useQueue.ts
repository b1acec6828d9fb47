import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useParts } from '../api/parts.ts';
import type { Image } from '../api/types.ts';
import type { Selection } from '../library/filters.ts';
import { groupOf, together } from './queue.ts';

const WAITING: Selection = { filters: { to_review: 'true' }, sort: '-taken' };

/** Images that wait for a decision, a hundred at a time; what was decided or put off does not come again. */
export function useQueue() {
  const { api } = useParts();
  const [done, setDone] = useState<ReadonlySet<number>>(new Set());
  const [putOff, setPutOff] = useState<ReadonlySet<number>>(new Set());
  const [wanted, setWanted] = useState<number | null>(null);
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['review'],
    queryFn: async () => {
      const [images, outline] = await Promise.all([api.listChunk(WAITING, null), api.outlineImages(WAITING)]);
      return { images: together(images), ids: new Set(outline.chunks.flatMap(({ ids }) => ids)) };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const images = data?.images ?? [];
  const open = images.filter(({ id }) => !done.has(id) && !putOff.has(id));
  const current = images.find(({ id }) => id === wanted) ?? open[0] ?? null;
  const at = current === null ? -1 : open.indexOf(current);
  const decided = [...done].filter((id) => data?.ids.has(id)).length;

  // The hundred are through, and there are more.
  const more = data !== undefined && data.ids.size > images.length;
  const through = data !== undefined && open.length === 0;
  useEffect(() => {
    if (through && more && done.size > 0) void refetch();
  }, [through, more, done.size, refetch]);

  const without = (set: ReadonlySet<number>, id: number): Set<number> => {
    const next = new Set(set);
    next.delete(id);
    return next;
  };
  return {
    current,
    /** Images of the same sequence that wait with it. */
    group: current === null ? [] : groupOf(images, current),
    /** What comes next, to be made ready. */
    ahead: open.slice(at + 1, at + 4),
    waiting: data === undefined ? null : Math.max(0, data.ids.size - decided),
    putOff: putOff.size,
    error: data === undefined ? error : null,
    loading: data === undefined || (through && isFetching),
    isDone: (id: number) => done.has(id),
    finish(...ids: number[]) {
      setWanted(null);
      setDone((now) => (ids.every((id) => now.has(id)) ? now : new Set([...now, ...ids])));
    },
    skip(image: Image) {
      setWanted(null);
      setPutOff((now) => new Set(now).add(image.id));
    },
    /** Comes back to an image, whatever was decided of it. */
    returnTo(id: number) {
      setDone((now) => without(now, id));
      setPutOff((now) => without(now, id));
      setWanted(id);
    },
    /** Looks at what was put off as well. */
    again() {
      setPutOff(new Set());
      void refetch();
    },
    refetch,
  };
}

export type Queue = ReturnType<typeof useQueue>;
