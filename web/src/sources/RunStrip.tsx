import { Link } from 'react-router';
import type { Schemas } from '../../../client/client.ts';
import { formatMoment } from '../format/time.ts';
import { addressOfPage } from '../layout/places.ts';
import { useWords } from '../words/useWords.ts';

export type Run = Schemas['PullRun'];

const COLOURS: Readonly<Record<Run['status'], string>> = {
  pending: 'bg-neutral/60',
  processing: 'bg-primary',
  paused: 'bg-warning',
  completed: 'bg-success',
  failed: 'bg-error',
  cancelled: 'bg-neutral/60',
};
/** Of a run that brought in nothing, in percent. */
const LOWEST = 18;

/** The last runs, the oldest first: a bar for each, as high as what it brought in. */
export function RunStrip({ runs }: { runs: readonly Run[] }) {
  const { sources, imports } = useWords();
  const most = Math.max(1, ...runs.map(({ stored_files }) => stored_files));
  return (
    <ul aria-label={sources.runs} className="flex h-10 items-end gap-0.5">
      {[...runs].reverse().map((run) => {
        const said = sources.runTold(
          formatMoment(run.started_at),
          imports.status[run.status],
          run.stored_files,
          run.failed_files,
        );
        const colour =
          run.status === 'completed' && run.failed_files > 0 ? 'bg-warning' : COLOURS[run.status];
        return (
          <li key={run.run_id} className="flex h-full max-w-4 min-w-1.5 flex-1 items-end">
            <Link
              to={addressOfPage(`imports/${run.run_id}`)}
              title={said}
              aria-label={said}
              className="flex h-full w-full items-end rounded-sm hover:bg-base-300"
            >
              <span
                className={`w-full rounded-sm ${colour}`}
                style={{ height: `${LOWEST + ((100 - LOWEST) * run.stored_files) / most}%` }}
              />
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
