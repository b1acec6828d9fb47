import { Link } from 'react-router';
import type { Asset } from '../api/types.ts';
import { libraryAddress } from '../library/addresses.ts';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';

/** Every place that the bytes came from. */
export function References({ references }: { references: Asset['references'] }) {
  const { asset, library } = useWords();
  return (
    <ul className="space-y-1.5 text-sm">
      {references.map((reference) => (
        <li
          key={`${reference.import_id} ${reference.source} ${reference.external_id}`}
          className="wrap-anywhere"
        >
          <Name>{reference.external_id}</Name>
          <span className="block text-muted">
            <Name>{library.sourceNames[reference.source] ?? reference.source}</Name>
            {' · '}
            <Link className="link" to={libraryAddress({ import_id: reference.import_id })}>
              {asset.sameImport}
            </Link>
          </span>
        </li>
      ))}
    </ul>
  );
}
