import type { Schemas } from '../../../client/client.ts';
import { formatCount, formatShare } from '../format/size.ts';
import { useWords } from '../words/useWords.ts';

type Judged = Schemas['Judged'];

/** How right something is, if the majority of people is. */
export function JudgedTable({ columns }: { columns: readonly (readonly [string, Judged])[] }) {
  const { campaigns } = useWords();
  const rows: readonly [string, (of: Judged) => string][] = [
    [campaigns.precision, ({ precision }) => (precision === null ? '–' : formatShare(precision))],
    [campaigns.recall, ({ recall }) => (recall === null ? '–' : formatShare(recall))],
    [campaigns.truePositives, (of) => formatCount(of.true_positives)],
    [campaigns.falsePositives, (of) => formatCount(of.false_positives)],
    [campaigns.falseNegatives, (of) => formatCount(of.false_negatives)],
    [campaigns.trueNegatives, (of) => formatCount(of.true_negatives)],
  ];
  return (
    <table className="w-full text-sm">
      <thead>
        <tr>
          <td />
          {columns.map(([name]) => (
            <th key={name} scope="col" className="pb-1 text-end font-medium">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, of]) => (
          <tr key={name} className="border-t border-base-300">
            <th scope="row" className="py-1 text-start font-normal text-muted">
              {name}
            </th>
            {columns.map(([column, judged]) => (
              <td key={column} className="text-end tabular-nums">
                {of(judged)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
