import { formatCount, formatNumber } from '../format/size.ts';
import { formatDay } from '../format/time.ts';
import { Panel } from '../layout/Panel.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';
import { type Asked, useReport } from './questions.ts';

/** How long cameras looked at each place. */
export function Effort({ asked }: { asked: Asked }) {
  const { reports } = useWords();
  const { data, error } = useReport('effort', asked);
  return (
    <Panel title={reports.effort}>
      {data === undefined && (error === null ? <Waiting rows={2} /> : <Unreadable error={error} />)}
      {data?.locations.length === 0 && <p className="text-muted">{reports.noEffort}</p>}
      {data !== undefined && data.locations.length > 0 && (
        <>
          <p className="mb-2">{reports.cameraDays(formatNumber(data.camera_days))}</p>
          <ul className="divide-y divide-base-300 text-sm">
            {data.locations.map((location) => (
              <li key={location.location_id ?? ''} className="flex flex-wrap gap-x-3 py-1.5">
                <span className="min-w-0 flex-1 font-medium break-words">
                  <Name>{location.location_name ?? reports.noPlace}</Name>
                </span>
                <span className="text-muted">
                  {reports.cameras(location.cameras)} · {formatDay(location.from)} – {formatDay(location.to)}
                </span>
                <span className="tabular-nums">{formatCount(Math.round(location.camera_days))}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}
