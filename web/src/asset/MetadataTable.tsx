import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';
import type { MetadataRow } from './metadata.ts';

export function MetadataTable({ rows }: { rows: readonly MetadataRow[] }) {
  const { asset } = useWords();
  return (
    <table className="w-full table-fixed text-sm">
      <thead className="sr-only">
        <tr>
          <th scope="col">{asset.name}</th>
          <th scope="col">{asset.value}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, value }) => (
          <tr key={name} className="border-b border-base-300 align-top last:border-0">
            <th scope="row" className="w-2/5 py-1 pe-2 text-start font-normal break-words text-muted">
              <Name>{name}</Name>
            </th>
            <td className="py-1 break-words">
              <Name>{value}</Name>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
