import { X } from 'lucide-react';
import { useWords } from '../words/useWords.ts';
import { FILTERS, type Selection, withFilter } from './filters.ts';
import { useValueName } from './useValueName.ts';

interface Props {
  selection: Selection;
  onChange: (next: Selection) => void;
}

/** The filters that hold, each with a way to be rid of it. */
export function Chips({ selection, onChange }: Props) {
  const { library } = useWords();
  const nameOf = useValueName(selection);
  const held = FILTERS.filter((name) => selection.filters[name] !== undefined);
  if (held.length === 0) return null;
  return (
    <ul aria-label={library.filters} className="flex flex-wrap items-center gap-1.5">
      {held.map((name) => {
        const text = `${library.filterNames[name]}: ${nameOf(name, selection.filters[name] ?? '')}`;
        return (
          <li key={name}>
            <button
              type="button"
              className="btn btn-plain btn-xs max-w-80 rounded-full"
              aria-label={library.without(text)}
              onClick={() => onChange(withFilter(selection, name, null))}
            >
              <bdi className="truncate">{text}</bdi>
              <X aria-hidden className="size-3.5 shrink-0" />
            </button>
          </li>
        );
      })}
      {held.length > 1 && (
        <li>
          <button
            type="button"
            className="btn btn-ghost btn-xs"
            onClick={() => onChange({ ...selection, filters: {} })}
          >
            {library.clear}
          </button>
        </li>
      )}
    </ul>
  );
}
