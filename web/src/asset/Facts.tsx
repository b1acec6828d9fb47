import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Asset } from '../api/types.ts';
import { formatBytes, formatCount, formatNumber } from '../format/size.ts';
import { formatExact, formatMoment } from '../format/time.ts';
import { libraryAddress } from '../library/addresses.ts';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';
import { Taken } from './Taken.tsx';

export function Facts({ asset }: { asset: Asset }) {
  const { asset: words, library } = useWords();
  const camera = cameraName(asset.camera);
  const state = asset.detection_status;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm">
      <Fact name={words.name}>
        <span className="wrap-anywhere">
          <Name>{asset.name}</Name>
        </span>
      </Fact>
      <Fact name={words.title}>{asset.title === null ? null : <Name>{asset.title}</Name>}</Fact>
      <Fact name={words.description}>
        {asset.description === null ? null : <Name>{asset.description}</Name>}
      </Fact>
      <Fact name={words.keywords}>
        {asset.keywords.length === 0 ? null : <Name>{asset.keywords.join(', ')}</Name>}
      </Fact>
      <Fact name={words.size}>
        {asset.width !== null && asset.height !== null && (
          <>
            {formatCount(asset.width)} × {formatCount(asset.height)}
            <span className="text-muted">
              {` · ${words.megapixels(formatNumber((asset.width * asset.height) / 1e6))} · `}
            </span>
          </>
        )}
        <span title={`${formatCount(asset.size)} B`}>{formatBytes(asset.size)}</span>
      </Fact>
      <Fact name={words.format}>
        {asset.format === null ? asset.mime_type : asset.format.toUpperCase()}
        {asset.pages !== null && asset.pages > 1 && (
          <span className="text-muted"> · {words.pages(asset.pages)}</span>
        )}
      </Fact>
      <Fact name={words.taken}>
        <Taken times={asset} />
      </Fact>
      <Fact name={words.camera}>
        {camera === '' ? null : asset.camera_key === null ? (
          <Name>{camera}</Name>
        ) : (
          <Link className="link" to={libraryAddress({ camera: asset.camera_key })}>
            <Name>{camera}</Name>
          </Link>
        )}
      </Fact>
      <Fact name={words.place}>
        {asset.location !== null && (
          // Opens the map of this device, if it has one; the page itself asks nobody.
          <a className="link" href={`geo:${asset.location.latitude},${asset.location.longitude}`}>
            {inDegrees(asset.location.latitude, words.north, words.south)},{' '}
            {inDegrees(asset.location.longitude, words.east, words.west)}
          </a>
        )}
      </Fact>
      <Fact name={words.sequence}>
        {asset.sequence !== null && (
          <Link className="link" to={libraryAddress({ sequence: asset.sequence.id, sort: 'taken' })}>
            {words.inSequence(asset.sequence.position)}
          </Link>
        )}
      </Fact>
      <Fact name={words.status}>
        {library.statusNames[asset.status] ?? asset.status}
        {state !== null && (
          <span className="text-muted">
            {' '}
            · {words.detection[state.state] ?? state.state}
            {state.model !== null && ` (${state.model})`}
            {state.reason !== null && ` (${state.reason.replaceAll('-', ' ')})`}
          </span>
        )}
      </Fact>
      <Fact name={words.addedAt}>
        <time dateTime={asset.created_at} title={formatExact(asset.created_at)}>
          {formatMoment(asset.created_at)}
        </time>
        <span className="text-muted"> · {library.sourceNames[asset.source] ?? asset.source}</span>
      </Fact>
      <Fact name="SHA-256">
        <span className="font-mono text-xs break-all">{asset.content_hash}</span>
      </Fact>
      <Fact name={words.id}>
        {asset.id}
        {asset.phash !== null && <span className="text-muted">{` · pHash ${asset.phash}`}</span>}
      </Fact>
    </dl>
  );
}

/** A row of the list; none when nothing is known. */
function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === false) return null;
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </>
  );
}

/** Most makers put their name into the model too. */
function cameraName({ make, model }: Asset['camera']): string {
  if (make === null || model?.toLowerCase().startsWith(make.toLowerCase()) === true) return model ?? '';
  return model === null ? make : `${make} ${model}`;
}

function inDegrees(value: number, positive: string, negative: string): string {
  return `${formatNumber(Math.abs(value), 5)}° ${value < 0 ? negative : positive}`;
}
