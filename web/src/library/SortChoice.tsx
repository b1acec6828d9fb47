import { useWords } from '../words/useWords.ts';
import { SORTS, type Sort } from './filters.ts';

export function SortChoice({ value, onChange }: { value: Sort; onChange: (sort: Sort) => void }) {
  const { library } = useWords();
  return (
    <label>
      <span className="sr-only">{library.sort}</span>
      <select
        className="select select-sm w-auto"
        value={value}
        onChange={(event) => onChange(SORTS.find((sort) => sort === event.target.value) ?? '-created')}
      >
        {SORTS.map((sort) => (
          <option key={sort} value={sort}>
            {library.sorts[sort]}
          </option>
        ))}
      </select>
    </label>
  );
}
