import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import type { Import, ImportItem } from '../api/types.ts';
import { addressOf } from '../asset/address.ts';
import { formatCount, plural } from '../format/size.ts';
import { Name } from '../names/Name.tsx';
import { isFinished, type Outcome } from './states.ts';

const PAGE_SIZE = 20;

interface Props {
  import: Import;
  outcome: Outcome;
}

/** The items that ended in one way, with the reason and what to do; a page at a time, whatever their number. */
export function ItemList({ import: one, outcome }: Props) {
  const { api } = useParts();
  const [page, setPage] = useState(1);
  const { data, error } = useQuery({
    queryKey: ['items', one.id, outcome, page, one.finished_at],
    queryFn: () => api.listItems(one.id, outcome, page, PAGE_SIZE),
    placeholderData: keepPreviousData,
    refetchInterval: isFinished(one.status) ? false : 5_000,
  });

  if (data === undefined) {
    return <p className="mt-1 text-sm text-muted">{error === null ? 'Loading …' : messageOf(error)}</p>;
  }
  return (
    <div className="mt-1 rounded-md bg-base-200 p-2.5 text-sm">
      <ul
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling list must be reachable by keyboard
        tabIndex={0}
        className="max-h-80 space-y-2.5 overflow-y-auto"
        aria-label={`Items ${outcome}`}
      >
        {data.items.map((item) => (
          <Item key={item.id} item={item} />
        ))}
      </ul>
      {data.pages > 1 && (
        <div className="mt-2 flex items-center gap-2 border-t border-base-300 pt-2">
          <button
            type="button"
            className="btn btn-plain btn-xs"
            disabled={page <= 1}
            onClick={() => setPage(page - 1)}
          >
            Back
          </button>
          <span className="text-muted tabular-nums">
            Page {formatCount(page)} of {formatCount(data.pages)}
          </span>
          <button
            type="button"
            className="btn btn-plain btn-xs"
            disabled={page >= data.pages}
            onClick={() => setPage(page + 1)}
          >
            On
          </button>
        </div>
      )}
    </div>
  );
}

function Item({ item }: { item: ImportItem }) {
  return (
    <li className="break-words">
      {item.asset_id === null ? (
        <span className="font-medium">
          <Name>{item.name}</Name>
        </span>
      ) : (
        <a className="link font-medium" href={addressOf(item.asset_id)}>
          <Name>{item.name}</Name>
        </a>
      )}
      {item.attempts > 1 && <span className="text-muted"> · {plural(item.attempts, 'attempt')}</span>}
      {item.title !== null && <p>{item.title}</p>}
      {item.detail !== null && item.detail !== item.title && (
        <p className="text-muted">
          <Name>{item.detail}</Name>
        </p>
      )}
      {item.advice !== null && <p className="text-muted">{item.advice}</p>}
    </li>
  );
}
