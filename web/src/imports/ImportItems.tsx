import { useState } from 'react';
import type { Import } from '../api/types.ts';
import { formatCount } from '../format/size.ts';
import { Panel } from '../layout/Panel.tsx';
import { useWords } from '../words/useWords.ts';
import { ItemList } from './ItemList.tsx';
import { countOf, OUTCOMES, type Outcome } from './states.ts';

/** The files of an import by what became of them; what went wrong first. */
export function ImportItems({ import: one }: { import: Import }) {
  const { imports } = useWords();
  const [chosen, setChosen] = useState<Outcome | null>(null);
  const present = OUTCOMES.filter(({ outcome }) => countOf(one, outcome) > 0);
  const shown = present.find(({ outcome }) => outcome === chosen) ?? present.at(-1);
  if (shown === undefined) return null;
  return (
    <Panel title={imports.items}>
      <fieldset aria-label={imports.outcomesTitle} className="mb-2 flex flex-wrap gap-1">
        {present.map(({ outcome, colour }) => (
          <button
            key={outcome}
            type="button"
            aria-pressed={outcome === shown.outcome}
            className={`btn btn-sm ${outcome === shown.outcome ? 'btn-plain' : 'btn-ghost'}`}
            onClick={() => setChosen(outcome)}
          >
            <span aria-hidden className={`size-2 rounded-full ${colour}`} />
            {formatCount(countOf(one, outcome))} {imports.outcomes[outcome]}
          </button>
        ))}
      </fieldset>
      <ItemList key={shown.outcome} import={one} outcome={shown.outcome} />
    </Panel>
  );
}
