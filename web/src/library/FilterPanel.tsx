import { useWords } from '../words/useWords.ts';
import { FacetChoice } from './FacetChoice.tsx';
import { type FilterName, type Selection, withFilter } from './filters.ts';
import { MonthChoice } from './MonthChoice.tsx';

interface Props {
  selection: Selection;
  onChange: (next: Selection) => void;
}

const FLAGS = ['has_detections', 'to_review', 'has_gps'] as const;

/** What images can be found by, with how many there are of each. */
export function FilterPanel({ selection, onChange }: Props) {
  const { library } = useWords();
  const onSet = (name: FilterName, value: string | null): void =>
    onChange(withFilter(selection, name, value));
  return (
    <fieldset
      id="filters"
      className="mb-4 grid grid-cols-[repeat(auto-fill,minmax(11rem,1fr))] gap-3 rounded-box border border-base-300 bg-base-100 p-4"
    >
      <legend className="sr-only">{library.filters}</legend>
      <FacetChoice facet="label" name="label" selection={selection} onSet={onSet} />
      <FacetChoice
        facet="source"
        name="source"
        selection={selection}
        onSet={onSet}
        nameOf={(value) => library.sourceNames[value]}
      />
      <FacetChoice facet="camera" name="camera" selection={selection} onSet={onSet} />
      <FacetChoice facet="location" name="location_id" selection={selection} onSet={onSet} />
      <MonthChoice selection={selection} onChange={onChange} />
      <FacetChoice facet="format" name="format" selection={selection} onSet={onSet} />
      <FacetChoice
        facet="status"
        name="status"
        selection={selection}
        onSet={onSet}
        nameOf={(value) => library.statusNames[value]}
      />
      {(['taken_from', 'taken_to'] as const).map((name) => (
        <label key={name} className="block space-y-1 text-sm">
          <span className="text-muted">{library.filterNames[name]}</span>
          <input
            type="date"
            className="input input-sm w-full"
            value={(selection.filters[name] ?? '').slice(0, 10)}
            onChange={(event) => onSet(name, event.target.value)}
          />
        </label>
      ))}
      {FLAGS.map((name) => (
        <label key={name} className="block space-y-1 text-sm">
          <span className="text-muted">{library.filterNames[name]}</span>
          <select
            className="select select-sm w-full"
            value={selection.filters[name] ?? ''}
            onChange={(event) => onSet(name, event.target.value)}
          >
            <option value="">{library.any}</option>
            <option value="true">{library.yes}</option>
            <option value="false">{library.no}</option>
          </select>
        </label>
      ))}
    </fieldset>
  );
}
