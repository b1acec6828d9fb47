import { useState } from 'react';
import { ImportCard } from './ImportCard.tsx';
import type { Imports } from './useImports.ts';
import { useNow } from './useNow.ts';

const FIRST = 5;
const STEP = 10;

export function ImportList({ imports, error, hasMore, loadingMore, more }: Imports) {
  const [room, setRoom] = useState(FIRST);
  const now = useNow();

  function showOlder(): void {
    const wanted = room + STEP;
    setRoom(wanted);
    if (hasMore && (imports?.length ?? 0) < wanted) more();
  }

  return (
    <section aria-labelledby="imports-heading">
      <h2 id="imports-heading" className="mb-2 text-lg font-semibold">
        Imports
      </h2>
      {imports === null && error === null && <div aria-hidden className="skeleton h-32 w-full rounded-box" />}
      {error !== null && (
        <p className="text-sm text-muted">The imports cannot be read just now: {error.message}</p>
      )}
      {imports?.length === 0 && !hasMore && (
        <p className="text-sm text-muted">Imports from links and folders appear here, with their progress.</p>
      )}
      {imports !== null && (
        <ul className="space-y-3">
          {imports.slice(0, room).map((one) => (
            <li key={one.id}>
              <ImportCard import={one} now={now} />
            </li>
          ))}
        </ul>
      )}
      {imports !== null && (imports.length > room || hasMore) && (
        <button
          type="button"
          className="btn btn-ghost btn-sm mt-2"
          onClick={showOlder}
          disabled={loadingMore}
        >
          Show older imports
        </button>
      )}
    </section>
  );
}
