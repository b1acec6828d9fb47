import { ChevronDown, RotateCcw } from 'lucide-react';
import type { Schemas } from '../../../client/client.ts';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { formatCount } from '../format/size.ts';
import { useWords } from '../words/useWords.ts';
import { FailedFiles } from './FailedFiles.tsx';

interface Props {
  entry: Schemas['FailureEntry'];
  unfolded: boolean;
  onToggle: () => void;
}

/** One reason with how many files have it, what to do, and another round for all of them. */
export function ReasonCard({ entry, unfolded, onToggle }: Props) {
  const { api, session } = useParts();
  const { failures } = useWords();
  const may = useMay('contributor');
  const redrive = useAct(
    () =>
      api.ask(
        api.client.POST('/poison_jobs/redrive', {
          body: { filter: { tenant_name: session.tenant(), reason: entry.type } },
        }),
      ),
    { stale: ['failures', 'failed-files', 'imports'], said: ({ message }) => message },
  );
  return (
    <article aria-label={entry.title} className="rounded-box border border-base-300 bg-base-100 p-4">
      <div className="flex flex-wrap items-start gap-3">
        <span className="badge badge-error badge-soft tabular-nums">{formatCount(entry.count)}</span>
        <div className="min-w-0 flex-1 basis-64">
          <h2 className="font-semibold">{entry.title}</h2>
          <p>{entry.advice}</p>
          <p className="mt-1 text-sm text-muted">{entry.meaning}</p>
        </div>
        {may && entry.redrivable && (
          <button
            type="button"
            className="btn btn-primary btn-sm"
            disabled={redrive.isPending}
            onClick={() => redrive.mutate(undefined)}
          >
            <RotateCcw aria-hidden className="size-4" />
            {failures.retryAll}
          </button>
        )}
        <button type="button" className="btn btn-plain btn-sm" aria-expanded={unfolded} onClick={onToggle}>
          {failures.files}
          <ChevronDown aria-hidden className={`size-4 ${unfolded ? 'rotate-180' : ''}`} />
        </button>
      </div>
      {unfolded && <FailedFiles reason={entry.type} may={may && entry.redrivable} />}
    </article>
  );
}
