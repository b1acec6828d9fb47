import {
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { formatMonth } from '../format/month.ts';
import { useWords } from '../words/useWords.ts';
import { legible, markAt, marksOf } from './marks.ts';
import type { Chunk } from './outline.ts';

interface Props {
  list: RefObject<HTMLElement | null>;
  chunks: readonly Chunk[];
  /** How far down the list a position is, 0–1. */
  shareOf: (position: number) => number;
}

/** Between two years, in CSS pixels. */
const APART = 22;
const STEP = 0.01;

/** The whole time that the list spans beside it: a click or a drag leads anywhere at once. */
export function Scrubber({ list, chunks, shareOf }: Props) {
  const { library } = useWords();
  const strip = useRef<HTMLDivElement>(null);
  const thumb = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(0);
  const [dragged, setDragged] = useState(false);
  const marks = useMemo(() => marksOf(chunks, shareOf), [chunks, shareOf]);
  const years = useMemo(() => legible(marks, height, APART), [marks, height]);
  const textAt = (share: number): string => {
    const mark = markAt(marks, share);
    return mark === null ? library.position(Math.round(share * 100)) : formatMonth(mark.at);
  };

  useEffect(() => {
    // Straight into the document: drawing the grid anew for every pixel would be felt.
    const follow = (): void => {
      const share = whereIn(list.current);
      if (thumb.current !== null) thumb.current.style.top = `${share * 100}%`;
      strip.current?.setAttribute('aria-valuenow', String(Math.round(share * 100)));
      strip.current?.setAttribute('aria-valuetext', textAt(share));
      const label = thumb.current?.firstElementChild;
      if (label instanceof HTMLElement) label.textContent = textAt(share);
    };
    const measure = (): void => setHeight(strip.current?.clientHeight ?? 0);
    measure();
    follow();
    window.addEventListener('scroll', follow, { passive: true });
    window.addEventListener('resize', measure);
    return () => {
      window.removeEventListener('scroll', follow);
      window.removeEventListener('resize', measure);
    };
  });

  function goTo(share: number): void {
    if (list.current === null) return;
    const box = list.current.getBoundingClientRect();
    const room = Math.max(0, box.height - window.innerHeight);
    // A pixel further than the month begins, so that rounding never ends in the one before.
    const top = window.scrollY + box.top + Math.ceil(bounded(share) * room) + 1;
    window.scrollTo({ top, behavior: 'instant' });
  }
  function onPointer(event: PointerEvent<HTMLDivElement>): void {
    if (event.type === 'pointerdown') {
      event.currentTarget.setPointerCapture(event.pointerId);
      setDragged(true);
    } else if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = event.currentTarget.getBoundingClientRect();
    goTo((event.clientY - box.top) / box.height);
  }
  function onKeyDown(event: KeyboardEvent): void {
    const now = whereIn(list.current);
    const next = marks.find(({ share }) => share > now + 0.0001)?.share ?? 1;
    const previous = marks.findLast(({ share }) => share < now - 0.0001)?.share ?? 0;
    const to: Record<string, number> = {
      ArrowDown: now + STEP,
      ArrowUp: now - STEP,
      PageDown: next,
      PageUp: previous,
      Home: 0,
      End: 1,
    };
    const share = to[event.key];
    if (share === undefined) return;
    event.preventDefault();
    goTo(share);
  }

  return (
    <div className="absolute inset-y-0 end-0 w-5 sm:w-11">
      <div
        ref={strip}
        role="slider"
        tabIndex={0}
        aria-label={library.scrubber}
        aria-orientation="vertical"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={0}
        onPointerDown={onPointer}
        onPointerMove={onPointer}
        onLostPointerCapture={() => setDragged(false)}
        onKeyDown={onKeyDown}
        className="group sticky top-20 h-[calc(100dvh-11rem)] cursor-ns-resize touch-none rounded-md select-none lg:h-[calc(100dvh-7rem)]"
      >
        <span aria-hidden className="absolute inset-y-0 end-2 w-px bg-base-content/20" />
        {years.map((mark) => (
          <span
            key={mark.at}
            aria-hidden
            className="absolute end-4 hidden -translate-y-1/2 text-xs text-muted tabular-nums sm:block"
            style={{ top: `${mark.share * 100}%` }}
          >
            {mark.at.slice(0, 4)}
          </span>
        ))}
        <div
          ref={thumb}
          aria-hidden
          className="absolute end-0.5 h-1 w-4 -translate-y-1/2 rounded-full bg-primary"
        >
          <span
            className={`absolute end-6 top-1/2 -translate-y-1/2 rounded-md bg-primary px-2 py-0.5 text-sm whitespace-nowrap text-primary-content shadow ${dragged ? '' : 'opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100'}`}
          />
        </div>
      </div>
    </div>
  );
}

const bounded = (share: number): number => Math.min(1, Math.max(0, share));

/** How far the page has been scrolled down the list, 0–1. */
function whereIn(list: HTMLElement | null): number {
  if (list === null) return 0;
  const { top, height } = list.getBoundingClientRect();
  return bounded(-top / Math.max(1, height - window.innerHeight));
}
