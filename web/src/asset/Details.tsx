import type { Asset } from '../api/types.ts';
import { useWords } from '../words/useWords.ts';
import { Facts } from './Facts.tsx';
import { Fold } from './Fold.tsx';
import { MetadataTable } from './MetadataTable.tsx';
import { flatten } from './metadata.ts';
import { References } from './References.tsx';
import { Renditions } from './Renditions.tsx';
import { Similar } from './Similar.tsx';
import { Timeline } from './Timeline.tsx';

export function Details({ asset }: { asset: Asset }) {
  const { asset: words } = useWords();
  const metadata = flatten(asset.metadata);
  return (
    <div className="space-y-5">
      {asset.failure !== null && (
        <div className="rounded-box bg-error/10 p-3 text-sm">
          <p className="font-medium text-error">{asset.failure.title}</p>
          <p className="wrap-anywhere">{asset.failure.detail}</p>
          <p className="text-muted">{asset.failure.advice}</p>
        </div>
      )}
      <Facts asset={asset} />
      <Renditions asset={asset} />
      {asset.status === 'ready' && <Similar id={asset.id} />}
      {asset.references.length > 0 && (
        <Fold title={words.cameFrom(asset.references.length)}>
          <References references={asset.references} />
        </Fold>
      )}
      <Fold title={words.timeline} open>
        <Timeline events={asset.timeline} />
      </Fold>
      {metadata.length > 0 && (
        <Fold title={words.metadata(metadata.length)}>
          <MetadataTable rows={metadata} />
        </Fold>
      )}
    </div>
  );
}
