import { formatMonth } from '../format/month.ts';
import { formatCount } from '../format/size.ts';
import { useWords } from '../words/useWords.ts';
import { type Selection, withFilter } from './filters.ts';
import { useFacet } from './useFacet.ts';

interface Props {
  selection: Selection;
  onChange: (next: Selection) => void;
}

/** A whole month, which is what most people look for. */
export function MonthChoice({ selection, onChange }: Props) {
  const { library } = useWords();
  const { taken_from: from, taken_to: to } = selection.filters;
  const counts = useFacet('taken_month', 'taken_from', withFilter(selection, 'taken_to', null));
  const months = (counts?.values ?? []).flatMap(({ value, count }) =>
    value === null ? [] : [{ value, count }],
  );
  const chosen = months.find(({ value }) => from === `${value}-01` && to === monthAfter(value));

  function choose(month: string): void {
    const begun = withFilter(selection, 'taken_from', month === '' ? null : `${month}-01`);
    onChange(withFilter(begun, 'taken_to', month === '' ? null : monthAfter(month)));
  }

  return (
    <label className="block space-y-1 text-sm">
      <span className="text-muted">{library.month}</span>
      <select
        className="select select-sm w-full"
        value={chosen?.value ?? ''}
        disabled={counts === null}
        onChange={(event) => choose(event.target.value)}
      >
        <option value="">{library.any}</option>
        {months.map(({ value, count }) => (
          <option key={value} value={value}>
            {formatMonth(value)} ({formatCount(count)})
          </option>
        ))}
      </select>
    </label>
  );
}

/** First day of the month after: times are from, inclusive, to, exclusive. */
function monthAfter(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 10);
}
