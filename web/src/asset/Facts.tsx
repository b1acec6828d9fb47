import type { ReactNode } from 'react';
import type { Asset } from '../api/types.ts';
import { formatBytes, formatCount } from '../format/size.ts';
import { formatExact, formatMoment } from '../format/time.ts';
import { Name } from '../names/Name.tsx';

/** Where the time a picture was taken comes from, in words. */
const ORIGINS: Readonly<Record<string, string>> = {
  'exif-offset': 'from the camera, which named its time zone',
  'exif-gps': 'from the GPS receiver',
  'exif-zone': 'from the camera clock, which names no time zone',
  'file-name': 'from the file name',
  modified: 'from the time the file was last changed',
};

const KINDS: Readonly<Record<string, string>> = {
  upload: 'Upload',
  folder: 'Folder',
  'http-directory': 'Web directory',
};

export function Facts({ asset }: { asset: Asset }) {
  const camera = cameraName(asset.camera);
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm">
      <Fact name="Name">
        <span className="break-words">
          <Name>{asset.name}</Name>
        </span>
      </Fact>
      <Fact name="Size">
        {asset.width !== null && asset.height !== null && (
          <>
            {formatCount(asset.width)} × {formatCount(asset.height)}
            <span className="text-muted"> · {megapixels(asset.width, asset.height)} · </span>
          </>
        )}
        <span title={`${formatCount(asset.size)} bytes`}>{formatBytes(asset.size)}</span>
      </Fact>
      <Fact name="Format">
        {asset.format === null ? asset.mime_type : asset.format.toUpperCase()}
        {asset.pages !== null && asset.pages > 1 && (
          <span className="text-muted"> · {formatCount(asset.pages)} pages</span>
        )}
      </Fact>
      <Fact name="Camera">{camera === '' ? null : <Name>{camera}</Name>}</Fact>
      <Fact name="Taken">
        {asset.captured_at !== null && (
          <>
            <time dateTime={asset.captured_at}>{formatExact(asset.captured_at)}</time>
            {asset.captured_at_origin !== null && (
              <span className="block text-muted">
                {ORIGINS[asset.captured_at_origin] ?? asset.captured_at_origin}
              </span>
            )}
          </>
        )}
      </Fact>
      <Fact name="Place">
        {asset.location !== null && (
          // Opens the map of this device, if it has one; the page itself asks nobody.
          <a className="link" href={`geo:${asset.location.latitude},${asset.location.longitude}`}>
            {inDegrees(asset.location.latitude, 'N', 'S')}, {inDegrees(asset.location.longitude, 'E', 'W')}
          </a>
        )}
      </Fact>
      <Fact name="Status">
        {asset.status}
        {asset.detection_status !== null && (
          <span className="text-muted">
            {' '}
            · detection {asset.detection_status.state}
            {asset.detection_status.reason !== null &&
              ` (${asset.detection_status.reason.replaceAll('-', ' ')})`}
          </span>
        )}
      </Fact>
      <Fact name="Added">
        <time dateTime={asset.created_at}>{formatMoment(asset.created_at)}</time>
        <span className="text-muted"> · {KINDS[asset.source] ?? asset.source}</span>
      </Fact>
      <Fact name="SHA-256">
        <span className="font-mono text-xs break-all">{asset.content_hash}</span>
      </Fact>
      <Fact name="Id">
        {asset.id}
        {asset.phash !== null && <span className="text-muted"> · pHash {asset.phash}</span>}
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
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

/** Most makers put their name into the model too. */
function cameraName({ make, model }: Asset['camera']): string {
  if (make === null || model?.toLowerCase().startsWith(make.toLowerCase()) === true) return model ?? '';
  return model === null ? make : `${make} ${model}`;
}

function megapixels(width: number, height: number): string {
  const value = (width * height) / 1e6;
  return `${value.toLocaleString(undefined, { maximumFractionDigits: value < 10 ? 1 : 0 })} MP`;
}

function inDegrees(value: number, positive: string, negative: string): string {
  return `${Math.abs(value).toFixed(5)}° ${value < 0 ? negative : positive}`;
}
