import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useParts } from '../api/parts.ts';
import type { Import } from '../api/types.ts';
import { formatExact, formatMoment } from '../format/time.ts';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { Name } from '../names/Name.tsx';
import { isFinished } from './states.ts';

/** What happened to the import as a whole, and when. */
export function ImportTimeline({ import: one }: { import: Import }) {
  const { api } = useParts();
  const { data, error } = useQuery({
    queryKey: ['import-timeline', one.id, one.status],
    queryFn: () =>
      api.ask(
        api.client.GET('/imports/{id}/timeline', {
          params: { path: { id: one.id }, query: { items: 'false', page: 1, limit: 100 } },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: isFinished(one.status) ? false : 10_000,
  });
  if (data === undefined)
    return error === null ? <Waiting rows={2} height="h-8" /> : <Unreadable error={error} />;
  return (
    <ol className="space-y-2.5 text-sm">
      {data.events.map((event) => (
        <li key={`${event.at} ${event.kind} ${event.text}`} className="border-s-2 border-base-300 ps-3">
          <p className="break-words">
            <Name>{event.text}</Name>
          </p>
          <time className="text-xs text-muted" dateTime={event.at} title={formatExact(event.at)}>
            {formatMoment(event.at)}
          </time>
        </li>
      ))}
    </ol>
  );
}
