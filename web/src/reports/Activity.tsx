import { useMemo } from 'react';
import { Chart } from '../charts/Chart.tsx';
import { formatCount } from '../format/size.ts';
import { Panel } from '../layout/Panel.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { Name } from '../names/Name.tsx';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';
import { kindName } from './kindName.ts';
import { type Asked, useReport } from './questions.ts';

const HOURS = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`);
/** More lines than this are no longer told apart. */
const DRAWN = 5;

/** At which hours of the day each kind is about. */
export function Activity({ asked }: { asked: Asked }) {
  const { reports } = useWords();
  const { data, error } = useReport('activity', asked);
  const lines = useMemo(
    () =>
      data?.kinds
        .slice(0, DRAWN)
        .map((kind) => ({ name: visibleText(kindName(kind)), values: kind.by_hour })) ?? [],
    [data],
  );
  return (
    <Panel title={reports.activity}>
      {data === undefined &&
        (error === null ? <Waiting rows={1} height="h-56" /> : <Unreadable error={error} />)}
      {data?.kinds.length === 0 && <p className="text-muted">{reports.nothingSeen}</p>}
      {lines.length > 0 && (
        <Chart told={reports.activityTold} across={reports.hour} places={HOURS} lines={lines} />
      )}
      {data !== undefined && data.kinds.length > 0 && (
        <ul className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-sm">
          {data.kinds.map((kind) => (
            <li key={kind.label}>
              <Name>{kindName(kind)}</Name> <span className="text-muted">{formatCount(kind.records)}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
