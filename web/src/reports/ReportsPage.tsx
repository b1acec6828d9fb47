import { useState } from 'react';
import { Field } from '../layout/Field.tsx';
import { Page } from '../layout/Page.tsx';
import { useWords } from '../words/useWords.ts';
import { Activity } from './Activity.tsx';
import { Effort } from './Effort.tsx';
import type { Asked } from './questions.ts';
import { Richness } from './Richness.tsx';

/** When what is about, where which species were seen, and how long cameras looked. */
export function ReportsPage() {
  const { reports } = useWords();
  const [asked, setAsked] = useState<Asked>({ from: '', to: '', interval: 30 });
  const day = (name: 'from' | 'to', label: string) => (
    <Field label={label}>
      {(named) => (
        <input
          {...named}
          type="date"
          className="input input-sm"
          value={asked[name]}
          onChange={({ target }) => setAsked({ ...asked, [name]: target.value })}
        />
      )}
    </Field>
  );
  return (
    <Page title={reports.title} intro={reports.intro}>
      <div className="mb-4 flex flex-wrap gap-3">
        {day('from', reports.from)}
        {day('to', reports.to)}
        <Field label={reports.interval}>
          {(named) => (
            <input
              {...named}
              type="number"
              min={0}
              max={1_440}
              className="input input-sm w-28"
              value={asked.interval}
              onChange={({ target }) => setAsked({ ...asked, interval: Number(target.value) })}
            />
          )}
        </Field>
      </div>
      <div className="space-y-4">
        <Activity asked={asked} />
        <div className="grid items-start gap-4 xl:grid-cols-2">
          <Richness asked={asked} />
          <Effort asked={asked} />
        </div>
      </div>
    </Page>
  );
}
