import type { Asset } from '../api/types.ts';
import { formatExact } from '../format/time.ts';
import { formatOffset, formatReading } from '../format/zoned.ts';
import { useWords } from '../words/useWords.ts';

type Times = Pick<Asset, 'captured_at' | 'captured_local' | 'captured_offset_minutes' | 'captured_at_origin'>;

/** When a picture was taken, by the clock of where it was; by the clock of whoever looks when they point at it. */
export function Taken({ times }: { times: Times }) {
  const { asset } = useWords();
  const { captured_at: at, captured_local: local, captured_offset_minutes: offset } = times;
  if (at === null) return <span className="text-muted">{asset.notKnown}</span>;
  const origin = times.captured_at_origin;
  return (
    <>
      <time dateTime={at} title={asset.yourTime(formatExact(at))}>
        {local === null ? formatExact(at) : formatReading(local)}
        {local !== null && offset !== null && <span className="text-muted"> {formatOffset(offset)}</span>}
      </time>
      {origin !== null && <span className="block text-muted">{asset.origins[origin] ?? origin}</span>}
    </>
  );
}
