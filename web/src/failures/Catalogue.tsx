import { useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { useWords } from '../words/useWords.ts';

/** Every way something can fail, what it means and what to do about it; to be searched. */
export function Catalogue({ entries }: { entries: readonly Schemas['FailureEntry'][] }) {
  const { failures } = useWords();
  const [sought, setSought] = useState('');
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = entries.filter(({ type, title, advice }) => {
    const text = `${type} ${title} ${advice}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <details>
      <summary className="cursor-pointer text-muted">{failures.allHint(entries.length)}</summary>
      <input
        type="search"
        className="input input-sm mt-3 w-full max-w-sm"
        aria-label={failures.seek}
        placeholder={failures.seek}
        value={sought}
        onChange={({ target }) => setSought(target.value)}
      />
      <dl className="mt-3 space-y-3 text-sm">
        {shown.map((entry) => (
          <div key={entry.type}>
            <dt className="font-medium">
              {entry.title} <code className="text-xs font-normal text-muted">{entry.type}</code>
            </dt>
            <dd>{entry.advice}</dd>
            <dd className="text-muted">{entry.meaning}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
