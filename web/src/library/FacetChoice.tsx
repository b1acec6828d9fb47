import type { FacetName } from '../api/types.ts';
import { formatCount } from '../format/size.ts';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';
import type { FilterName, Selection } from './filters.ts';
import { useFacet } from './useFacet.ts';

interface Props {
  facet: FacetName;
  name: FilterName;
  selection: Selection;
  onSet: (name: FilterName, value: string | null) => void;
  /** Our word for a value, where it is not made for reading. */
  nameOf?: (value: string) => string | undefined;
}

export function FacetChoice({ facet, name, selection, onSet, nameOf }: Props) {
  const { library } = useWords();
  const counts = useFacet(facet, name, selection);
  const chosen = selection.filters[name] ?? '';
  const values = (counts?.values ?? []).flatMap(({ value, label, count }) =>
    value === null ? [] : [{ value, text: nameOf?.(value) ?? visibleText(label ?? value), count }],
  );
  // What is chosen can be seen, whether or not there is any of it.
  if (chosen !== '' && !values.some(({ value }) => value === chosen))
    values.unshift({ value: chosen, text: nameOf?.(chosen) ?? visibleText(chosen), count: 0 });

  return (
    <label className="block space-y-1 text-sm">
      <span className="text-muted">{library.filterNames[name]}</span>
      <select
        className="select select-sm w-full"
        value={chosen}
        disabled={counts === null}
        onChange={(event) => onSet(name, event.target.value)}
      >
        <option value="">{name === 'status' ? library.statusNames['ready'] : library.any}</option>
        {values
          .filter(({ value }) => name !== 'status' || value !== 'ready')
          .map(({ value, text, count }) => (
            <option key={value} value={value}>
              {text} ({formatCount(count)})
            </option>
          ))}
      </select>
    </label>
  );
}
