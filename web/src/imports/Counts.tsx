import { ChevronDown } from 'lucide-react';
import type { Import } from '../api/types.ts';
import { formatCount } from '../format/size.ts';
import { useWords } from '../words/useWords.ts';
import { countOf, OUTCOMES, type Outcome } from './states.ts';

interface Props {
  import: Import;
  unfolded: Outcome | null;
  onToggle: (outcome: Outcome | null) => void;
}

/** Counts by outcome. Each unfolds the items behind it: what failed, and why. */
export function Counts({ import: one, unfolded, onToggle }: Props) {
  const { imports } = useWords();
  const present = OUTCOMES.filter(({ outcome }) => countOf(one, outcome) > 0);
  if (present.length === 0) return null;
  return (
    <ul aria-label={imports.outcomesTitle} className="-mx-1.5 mt-1 flex flex-wrap text-sm">
      {present.map(({ outcome, colour }) => (
        <li key={outcome}>
          <button
            type="button"
            data-outcome={outcome}
            aria-expanded={unfolded === outcome}
            className="flex cursor-pointer items-center gap-1.5 rounded-md px-1.5 py-1 hover:bg-base-200"
            onClick={() => onToggle(unfolded === outcome ? null : outcome)}
          >
            <span aria-hidden className={`size-2 rounded-full ${colour}`} />
            <span className="tabular-nums">{formatCount(countOf(one, outcome))}</span>
            <span className="text-muted">{imports.outcomes[outcome]}</span>
            <ChevronDown
              aria-hidden
              className={`size-3.5 text-muted transition-transform ${unfolded === outcome ? 'rotate-180' : ''}`}
            />
          </button>
        </li>
      ))}
    </ul>
  );
}
