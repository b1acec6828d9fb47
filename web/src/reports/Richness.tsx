import { formatCount } from '../format/size.ts';
import { Panel } from '../layout/Panel.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';
import { kindName } from './kindName.ts';
import { type Asked, useReport } from './questions.ts';

/** Which species were seen at which place, and how often. */
export function Richness({ asked }: { asked: Asked }) {
  const { reports } = useWords();
  const { data, error } = useReport('richness', asked);
  const most = Math.max(
    1,
    ...(data?.locations.flatMap(({ kinds }) => kinds.map(({ records }) => records)) ?? []),
  );
  return (
    <Panel title={reports.richness}>
      {data === undefined && (error === null ? <Waiting rows={2} /> : <Unreadable error={error} />)}
      {data?.locations.length === 0 && <p className="text-muted">{reports.nothingSeen}</p>}
      <ul className="space-y-4">
        {data?.locations.map((location) => (
          <li key={location.location_id ?? ''}>
            <h3 className="font-medium">
              <Name>{location.location_name ?? reports.noPlace}</Name>{' '}
              <span className="text-sm font-normal text-muted">{reports.species(location.species)}</span>
            </h3>
            <ul className="mt-1 space-y-1 text-sm">
              {location.kinds.map((kind) => (
                <li key={kind.label} className="grid grid-cols-[8rem_minmax(0,1fr)_3rem] items-center gap-2">
                  <span className="truncate">
                    <Name>{kindName(kind)}</Name>
                  </span>
                  <span aria-hidden className="h-2 rounded-full bg-base-300">
                    <span
                      className="block h-full rounded-full bg-primary"
                      style={{ width: `${(kind.records / most) * 100}%` }}
                    />
                  </span>
                  <span className="text-end tabular-nums">{formatCount(kind.records)}</span>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
