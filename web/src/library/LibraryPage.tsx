import { SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { formatCount } from '../format/size.ts';
import { Page } from '../layout/Page.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { useWords } from '../words/useWords.ts';
import { Chips } from './Chips.tsx';
import { EmptyLibrary } from './EmptyLibrary.tsx';
import { FilterPanel } from './FilterPanel.tsx';
import { Listing } from './Listing.tsx';
import { SkeletonRows } from './SkeletonRows.tsx';
import { SortChoice } from './SortChoice.tsx';
import { useLibrary } from './useLibrary.ts';
import { useSelection } from './useSelection.ts';
import { WordSearch } from './WordSearch.tsx';

/** Every image there is, or those that filters mean. */
export function LibraryPage() {
  const { library } = useWords();
  const { selection, change, set } = useSelection();
  const { outline, of, error, shelf, drop, refetch, stale } = useLibrary(selection);
  const [filtering, setFiltering] = useState(false);
  const filtered = Object.keys(selection.filters).length > 0;
  const empty = outline !== null && outline.ids.length === 0;

  return (
    <Page
      title={library.title}
      actions={
        (!empty || filtered) && (
          <>
            <WordSearch value={selection.filters.q ?? ''} onChange={(words) => set('q', words)} />
            <SortChoice value={selection.sort} onChange={(sort) => change({ ...selection, sort })} />
            <button
              type="button"
              className="btn btn-plain btn-sm"
              aria-expanded={filtering}
              aria-controls="filters"
              onClick={() => setFiltering(!filtering)}
            >
              <SlidersHorizontal aria-hidden className="size-4" />
              {library.filters}
            </button>
          </>
        )
      }
    >
      {filtering && <FilterPanel selection={selection} onChange={change} />}
      <div className="mb-3 flex min-h-8 flex-wrap items-center gap-2">
        <p role="status" className="text-sm text-muted tabular-nums">
          {outline !== null && !empty && library.count(outline.ids.length)}
          {outline?.cut === true && ` ${library.cut(formatCount(outline.ids.length))}`}
        </p>
        <Chips selection={selection} onChange={change} />
      </div>
      {outline === null && error === null && <SkeletonRows rows={4} />}
      {error !== null && <Unreadable error={error} onRetry={() => void refetch()} />}
      {empty && !stale && (
        <EmptyLibrary filtered={filtered} onClear={() => change({ ...selection, filters: {} })} />
      )}
      {outline !== null && !empty && <Listing outline={outline} selection={of} shelf={shelf} onGone={drop} />}
    </Page>
  );
}
