import { useState } from 'react';
import { formatShare } from '../format/size.ts';
import { formatMoment, formatSeconds } from '../format/time.ts';
import { useNow } from '../imports/useNow.ts';
import { Panel } from '../layout/Panel.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { useWords } from '../words/useWords.ts';
import { useGaps } from './questions.ts';

const SPANS = [24, 168, 720] as const;
type Span = (typeof SPANS)[number];
/** Units of the drawing. */
const WIDE = 1_000;
/** The longest of them in words; a list of hundreds helps nobody. */
const LISTED = 8;

/** When a camera was not seen that should have been, on a line of time. */
export function GapsPanel({ cameraId }: { cameraId: string }) {
  const { cameras } = useWords();
  const [hours, setHours] = useState<Span>(24);
  const { data, error } = useGaps(cameraId, hours);
  const now = useNow();
  const from = now - hours * 3_600_000;
  const at = (iso: string | null): number =>
    Math.max(0, Math.min(WIDE, (((iso === null ? now : Date.parse(iso)) - from) / (now - from)) * WIDE));
  return (
    <Panel
      title={cameras.gaps}
      actions={
        <select
          className="select select-sm w-auto"
          aria-label={cameras.span}
          value={hours}
          onChange={({ target }) => setHours(Number(target.value) as Span)}
        >
          {SPANS.map((span) => (
            <option key={span} value={span}>
              {cameras.spans[span]}
            </option>
          ))}
        </select>
      }
    >
      {data === undefined &&
        (error === null ? <Waiting rows={1} height="h-12" /> : <Unreadable error={error} />)}
      {data !== undefined && (
        <>
          <p className="text-sm">
            {data.totals.seen_share === null
              ? cameras.notAsked
              : cameras.seenShare(
                  formatShare(data.totals.seen_share),
                  formatSeconds(data.totals.asked_seconds),
                )}
          </p>
          <svg
            viewBox={`0 0 ${WIDE} 28`}
            preserveAspectRatio="none"
            role="img"
            aria-label={cameras.gapsTold(data.totals.gaps)}
            className="mt-2 h-7 w-full overflow-hidden rounded-md bg-base-300"
          >
            {data.gaps.map((gap) => (
              <rect
                key={gap.gap_id}
                x={at(gap.from)}
                y={0}
                width={Math.max(2, at(gap.to) - at(gap.from))}
                height={28}
                className="fill-error"
              >
                <title>{`${formatMoment(gap.from)}: ${gap.title}`}</title>
              </rect>
            ))}
          </svg>
          <p className="mt-1 flex justify-between text-xs text-muted">
            <span>{formatMoment(new Date(from).toISOString())}</span>
            <span>{cameras.now}</span>
          </p>
          <ul className="mt-3 space-y-2 text-sm">
            {data.gaps.slice(0, LISTED).map((gap) => (
              <li key={gap.gap_id} className="break-words">
                <span className="font-medium">{gap.title}</span>{' '}
                <span className="text-muted">
                  {formatMoment(gap.from)} · {formatSeconds(gap.seconds)}
                  {gap.to === null && ` · ${cameras.goesOn}`}
                </span>
                <p className="text-muted">{gap.advice}</p>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}
