import type { TimelineEvent } from '../api/types.ts';
import { formatExact } from '../format/time.ts';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';
import { flatten } from './metadata.ts';

/** What happened to an image, in the words of the API. */
export function Timeline({ events }: { events: readonly TimelineEvent[] }) {
  const { asset } = useWords();
  if (events.length === 0) return <p className="text-sm text-muted">{asset.noEvents}</p>;
  return (
    <ol className="relative ms-1.5 space-y-3 border-s border-base-300 text-sm">
      {events.map((event, index) => {
        const details = flatten(event.detail);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: events have no id, are only ever added at the end
          <li key={index} className="relative ps-4">
            <span className="absolute -start-1 top-1.5 size-2 rounded-full bg-primary" />
            <p lang="en" className="font-medium wrap-anywhere">
              <Name>{event.text}</Name>
            </p>
            <time className="text-muted" dateTime={event.at}>
              {formatExact(event.at)}
            </time>
            {details.length > 0 && (
              <details lang="en" className="text-muted">
                <summary className="cursor-pointer">{event.kind.replaceAll(/[-_.]/g, ' ')}</summary>
                {details.map(({ name, value }) => (
                  <p key={name} className="wrap-anywhere">
                    {name.replaceAll('_', ' ')}: <Name>{value}</Name>
                  </p>
                ))}
              </details>
            )}
          </li>
        );
      })}
    </ol>
  );
}
