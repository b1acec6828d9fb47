import { FlaskConical, Play } from 'lucide-react';
import { Link } from 'react-router';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { formatAgo, formatExact } from '../format/time.ts';
import { OnOff } from '../layout/OnOff.tsx';
import { addressOfPage } from '../layout/places.ts';
import { Name } from '../names/Name.tsx';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';
import { type PullSource, useRuns } from './questions.ts';
import { RunStrip } from './RunStrip.tsx';
import { SeenPanel } from './SeenPanel.tsx';
import { useKindName } from './useKindName.ts';
import { useScheduleWords } from './useScheduleWords.ts';

interface Props {
  source: PullSource;
  now: number;
  /** On the page of the source itself. */
  plain?: boolean;
}

/** One source: where, when, how its runs went; on and off, run now, test. */
export function SourceCard({ source, now, plain = false }: Props) {
  const { api } = useParts();
  const { sources } = useWords();
  const kindName = useKindName();
  const inWords = useScheduleWords();
  const mayRun = useMay('contributor');
  const maySet = useMay('manager');
  const runs = useRuns(source.id);
  const path = { id: source.id };
  const toggle = useAct(
    (on: boolean) =>
      api.ask(
        api.client.PATCH('/image-pull-sources/{id}/toggle', {
          params: { path, query: { is_active: `${on}` } },
          body: {},
        }),
      ),
    { stale: ['sources'], said: (after) => (after.is_active ? sources.nowOn : sources.nowOff) },
  );
  const run = useAct(
    () => api.ask(api.client.POST('/image-pull-sources/{id}/process', { params: { path }, body: {} })),
    { stale: ['sources', 'imports'], said: () => sources.runBegun },
  );
  const test = useAct(() =>
    api.ask(api.client.POST('/image-pull-sources/{id}/test', { params: { path, query: { files: 2 } } })),
  );

  return (
    <article
      aria-label={visibleText(source.name)}
      className="rounded-box border border-base-300 bg-base-100 p-4"
    >
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold wrap-anywhere">
            {plain ? (
              <Name>{source.name}</Name>
            ) : (
              <Link className="hover:underline" to={addressOfPage(`sources/${source.id}`)}>
                <Name>{source.name}</Name>
              </Link>
            )}
          </h2>
          <p className="text-sm text-muted wrap-anywhere">
            {kindName(source.kind)} · <Name>{source.base_url}</Name>
          </p>
        </div>
        {maySet && (
          <OnOff
            label={sources.onOff(visibleText(source.name))}
            on={source.is_active}
            disabled={toggle.isPending}
            onChange={(on) => toggle.mutate(on)}
          />
        )}
      </div>
      <p className="mt-2 text-sm">
        {source.is_active ? inWords(source.schedule) : sources.off}
        {source.is_active && source.next_run !== null && (
          <span className="text-muted" title={formatExact(source.next_run)}>
            {' '}
            · {sources.next(formatAgo(source.next_run, now))}
          </span>
        )}
        {source.last_pull_timestamp !== null && (
          <span className="text-muted" title={formatExact(source.last_pull_timestamp)}>
            {' '}
            · {sources.last(formatAgo(source.last_pull_timestamp, now))}
          </span>
        )}
      </p>
      {source.paused !== null && (
        <p className="mt-2 rounded-md bg-warning/10 p-2.5 text-sm break-words">
          <span className="font-medium">{source.paused.title}</span> {source.paused.advice}
        </p>
      )}
      {source.last_run?.error != null && (
        <p className="mt-2 rounded-md bg-error/10 p-2.5 text-sm break-words">
          <span className="font-medium text-error">{source.last_run.error.title}</span>{' '}
          {source.last_run.error.advice}
        </p>
      )}
      <div className="mt-3">
        {runs.data !== undefined && runs.data.length > 0 ? (
          <RunStrip runs={runs.data} />
        ) : (
          <p className="text-sm text-muted">{sources.noRuns}</p>
        )}
      </div>
      {mayRun && source.kind !== 'push' && (
        <div className="mt-3 flex flex-wrap gap-2">
          <button
            type="button"
            className="btn btn-plain btn-sm"
            disabled={run.isPending || !source.is_active}
            onClick={() => run.mutate(undefined)}
          >
            <Play aria-hidden className="size-4" />
            {sources.runNow}
          </button>
          <button
            type="button"
            className="btn btn-plain btn-sm"
            disabled={test.isPending}
            onClick={() => test.mutate(undefined)}
          >
            <FlaskConical aria-hidden className="size-4" />
            {test.isPending ? sources.testing : sources.test}
          </button>
        </div>
      )}
      {test.data !== undefined && <SeenPanel seen={test.data} />}
    </article>
  );
}
