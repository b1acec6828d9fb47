import { Download, ExternalLink } from 'lucide-react';
import type { Asset } from '../api/types.ts';
import { formatBytes } from '../format/size.ts';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';

export function Renditions({ asset }: { asset: Asset }) {
  const { asset: words } = useWords();
  return (
    <ul aria-label={words.renditions} className="flex flex-wrap gap-2">
      <li>
        <a className="btn btn-plain btn-sm h-auto py-1.5" href={asset.storage_url} download>
          <Download aria-hidden className="size-4" />
          {words.original}
          <span className="font-normal text-muted">{formatBytes(asset.size)}</span>
        </a>
      </li>
      {asset.renditions.map((rendition) => (
        <li key={rendition.preset}>
          <a
            className="btn btn-plain btn-sm h-auto py-1.5"
            href={rendition.url}
            target="_blank"
            rel="noreferrer"
          >
            <ExternalLink aria-hidden className="size-4" />
            <Name>{rendition.preset}</Name>
            <span className="font-normal text-muted">
              {rendition.width} × {rendition.height} · {formatBytes(rendition.size)}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
