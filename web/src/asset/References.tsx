import type { Asset } from '../api/types.ts';
import { Name } from '../names/Name.tsx';

export function References({ references }: { references: Asset['references'] }) {
  return (
    <ul className="space-y-1.5 text-sm">
      {references.map((reference) => (
        <li
          key={`${reference.import_id} ${reference.source} ${reference.external_id}`}
          className="break-words"
        >
          <Name>{reference.external_id}</Name>
          <span className="block text-muted">
            <Name>{reference.source}</Name>
          </span>
        </li>
      ))}
    </ul>
  );
}
