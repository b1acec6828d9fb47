import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { formatMoment } from '../format/time.ts';
import { addressOfPage } from '../layout/places.ts';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';

const PAGE_SIZE = 25;

/** The files that failed for one reason, the latest first. */
export function FailedFiles({ reason, may }: { reason: string; may: boolean }) {
  const { api, session } = useParts();
  const { failures, imports } = useWords();
  const { data, error, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['failed-files', reason],
    queryFn: ({ pageParam }) =>
      api.ask(
        api.client.GET('/poison_jobs', {
          params: {
            query: {
              ...{ tenant_name: session.tenant(), reason, limit: PAGE_SIZE },
              ...(pageParam !== null && { cursor: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
  const retry = useAct(
    (id: number) => api.ask(api.client.POST('/poison_jobs/{id}/redrive', { params: { path: { id } } })),
    { stale: ['failures', 'failed-files', 'imports'], said: ({ message }) => message },
  );
  if (data === undefined) return error === null ? <Waiting rows={1} /> : <Unreadable error={error} />;
  return (
    <div className="mt-3 border-t border-base-300 pt-3 text-sm">
      <ul className="space-y-2.5">
        {data.pages
          .flatMap((page) => page.poison_jobs)
          .map((job) => (
            <li key={job.id} className="flex items-start gap-3">
              <div className="min-w-0 flex-1 break-words">
                <p className="font-medium">
                  <Name>{job.name}</Name>
                </p>
                <p className="text-muted">
                  <Name>{job.detail}</Name>
                </p>
                <p className="text-muted">
                  {formatMoment(job.failed_at)} · {imports.attempts(job.attempts)} ·{' '}
                  <Link className="link" to={addressOfPage(`imports/${job.import_id}`)}>
                    {imports.one}
                  </Link>
                </p>
              </div>
              {may && (
                <button
                  type="button"
                  className="btn btn-plain btn-xs"
                  disabled={retry.isPending}
                  onClick={() => retry.mutate(job.id)}
                >
                  {failures.retry}
                </button>
              )}
            </li>
          ))}
      </ul>
      {hasNextPage && (
        <button type="button" className="btn btn-ghost btn-sm mt-2" onClick={() => void fetchNextPage()}>
          {failures.more}
        </button>
      )}
    </div>
  );
}
