import { useEffect, useRef } from 'react';
import { plural } from '../format/size.ts';
import { SkeletonRows } from './SkeletonRows.tsx';

interface Props {
  hasMore: boolean;
  failed: boolean;
  /** Images held so far: each change is a reason to look again whether the end is still near. */
  held: number;
  more: () => void;
}

/** The end of what is loaded. Asks for more before it comes into view. */
export function More({ hasMore, failed, held, more }: Props) {
  const end = useRef<HTMLDivElement>(null);
  const ask = useRef(more);
  useEffect(() => {
    ask.current = more;
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: observing anew reports anew
  useEffect(() => {
    if (end.current === null || failed) return;
    const watcher = new IntersectionObserver(
      (seen) => seen.some((entry) => entry.isIntersecting) && ask.current(),
      {
        rootMargin: '1500px 0px',
      },
    );
    watcher.observe(end.current);
    // An answer that failed for a passing reason changes nothing that we observe.
    const timer = setInterval(() => {
      if (end.current !== null && end.current.getBoundingClientRect().top < window.innerHeight * 2)
        ask.current();
    }, 3_000);
    return () => {
      watcher.disconnect();
      clearInterval(timer);
    };
  }, [held, hasMore, failed]);

  if (!hasMore) {
    return held > 60 ? (
      <p className="py-6 text-center text-sm text-muted">That was all: {plural(held, 'image')}.</p>
    ) : null;
  }
  return (
    <div ref={end}>
      {failed ? (
        <p className="py-6 text-center">
          More images could not be loaded.{' '}
          <button type="button" className="btn btn-plain btn-sm" onClick={more}>
            Try again
          </button>
        </p>
      ) : (
        <SkeletonRows rows={1} />
      )}
    </div>
  );
}
