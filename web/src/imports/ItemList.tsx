import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import type { Import, ImportItem } from '../api/types.ts';
import { formatCount } from '../format/size.ts';
import { imageAt } from '../layout/places.ts';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';
import { isFinished, type Outcome } from './states.ts';

const PAGE_SIZE = 20;

interface Props {
  import: Import;
  outcome: Outcome;
}

/** The items that ended in one way, with the reason and what to do; a page at a time, whatever their number. */
export function ItemList({ import: one, outcome }: Props) {
  const { api } = useParts();
  const { imports, shell } = useWords();
  const [page, setPage] = useState(1);
  const { data, error } = useQuery({
    queryKey: ['items', one.id, outcome, page, one.finished_at],
    queryFn: () => api.listItems(one.id, outcome, page, PAGE_SIZE),
    placeholderData: keepPreviousData,
    refetchInterval: isFinished(one.status) ? false : 5_000,
  });

  if (data === undefined) {
    return <p className="mt-1 text-sm text-muted">{error === null ? shell.loading : messageOf(error)}</p>;
  }
  return (
    <div className="mt-1 rounded-md bg-base-200 p-2.5 text-sm">
      <ul
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling list must be reachable by keyboard
        tabIndex={0}
        className="max-h-128 space-y-2.5 overflow-y-auto"
        aria-label={imports.itemsOf(imports.outcomes[outcome])}
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
            {shell.newer}
          </button>
          <span className="text-muted tabular-nums">
            {shell.pageOf(formatCount(page), formatCount(data.pages))}
          </span>
          <button
            type="button"
            className="btn btn-plain btn-xs"
            disabled={page >= data.pages}
            onClick={() => setPage(page + 1)}
          >
            {shell.older}
          </button>
        </div>
      )}
    </div>
  );
}

function Item({ item }: { item: ImportItem }) {
  const { session } = useParts();
  const { imports } = useWords();
  return (
    <li className="flex gap-3 break-words">
      {item.has_picture && (
        <img
          src={session.viewable(`/retrieve/rendition/${item.asset_id}/thumb`)}
          alt=""
          width={48}
          height={48}
          loading="lazy"
          className="size-12 shrink-0 rounded-md bg-base-300 object-cover"
        />
      )}
      <div className="min-w-0 flex-1">
        {item.asset_id === null ? (
          <span className="font-medium">
            <Name>{item.name}</Name>
          </span>
        ) : (
          <Link className="link font-medium" to={imageAt(item.asset_id)}>
            <Name>{item.name}</Name>
          </Link>
        )}
        {item.attempts > 1 && <span className="text-muted"> · {imports.attempts(item.attempts)}</span>}
        {item.title !== null && <p>{item.title}</p>}
        {item.detail !== null && item.detail !== item.title && (
          <p className="text-muted">
            <Name>{item.detail}</Name>
          </p>
        )}
        {item.advice !== null && <p className="text-muted">{item.advice}</p>}
      </div>
    </li>
  );
}
