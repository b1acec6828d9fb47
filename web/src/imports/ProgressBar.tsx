import type { Import } from '../api/types.ts';
import { useWords } from '../words/useWords.ts';
import { countOf, isRunning, OUTCOMES } from './states.ts';

/** What became of the items found so far, one colour for each outcome. */
export function ProgressBar({ import: one }: { import: Import }) {
  const { imports } = useWords();
  const unknown = isRunning(one.status) && one.total_files === 0;
  return (
    <div
      role="progressbar"
      aria-label={imports.progress}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(unknown ? {} : { 'aria-valuenow': Math.floor(one.progress_percent) })}
      className={`mt-2.5 flex h-2 gap-px overflow-hidden rounded-full bg-base-300 ${one.status === 'paused' ? 'opacity-60' : ''}`}
    >
      {unknown && <span className="h-full w-full animate-pulse bg-primary/50" />}
      {OUTCOMES.filter(({ outcome }) => countOf(one, outcome) > 0).map(({ outcome, colour }) => (
        <span
          key={outcome}
          className={`h-full transition-[width] duration-300 ${colour}`}
          style={{ width: share(countOf(one, outcome), one.total_files) }}
        />
      ))}
    </div>
  );
}

const share = (count: number, total: number): string => (total === 0 ? '0%' : `${(count / total) * 100}%`);
