import type { TimelineEvent } from '../api/types.ts';
import { formatExact } from '../format/time.ts';
import { Name } from '../names/Name.tsx';
import { flatten } from './metadata.ts';

export function Timeline({ events }: { events: readonly TimelineEvent[] }) {
  if (events.length === 0) return <p className="text-sm text-muted">Nothing was recorded.</p>;
  return (
    <ol className="relative ms-1.5 space-y-3 border-s border-base-300 text-sm">
      {events.map((event, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: events have no id, are only ever added at the end
        <li key={index} className="relative ps-4">
          <span className="absolute -start-1 top-1.5 size-2 rounded-full bg-primary" />
          <p className="font-medium">{event.kind.replaceAll(/[-_.]/g, ' ')}</p>
          <time className="text-muted" dateTime={event.at}>
            {formatExact(event.at)}
          </time>
          {flatten(event.detail).map(({ name, value }) => (
            <p key={name} className="break-words text-muted">
              {name.replaceAll('_', ' ')}: <Name>{value}</Name>
            </p>
          ))}
        </li>
      ))}
    </ol>
  );
}
