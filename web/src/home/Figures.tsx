import { Link } from 'react-router';
import { formatBytes, formatCount, formatShare } from '../format/size.ts';
import { Panel } from '../layout/Panel.tsx';
import { addressOfPage } from '../layout/places.ts';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { useWords } from '../words/useWords.ts';
import { useTenantMetrics } from './useTenantMetrics.ts';

/** What is kept, and how much of what may be. */
export function Figures() {
  const { home } = useWords();
  const { data, error, refetch } = useTenantMetrics();
  return (
    <Panel title={home.storage}>
      {data === undefined && error === null && <Waiting rows={1} />}
      {data === undefined && error !== null && <Unreadable error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <>
          <dl className="grid grid-cols-2 gap-4">
            <Figure name={home.images} value={formatCount(data.assets)} to="library" />
            <Figure name={home.originals} value={formatBytes(data.bytes)} />
            <Figure name={home.renditions} value={formatBytes(data.rendition_bytes)} />
            <Figure name={home.failures} value={formatCount(data.failures)} to="failures" />
          </dl>
          <Limit name={home.imageLimit} used={data.assets} most={data.max_assets} format={formatCount} />
          <Limit name={home.byteLimit} used={data.bytes} most={data.max_bytes} format={formatBytes} />
        </>
      )}
    </Panel>
  );
}

function Figure({ name, value, to }: { name: string; value: string; to?: string }) {
  return (
    <div>
      <dt className="text-sm text-muted">
        {to === undefined ? (
          name
        ) : (
          <Link className="link" to={addressOfPage(to)}>
            {name}
          </Link>
        )}
      </dt>
      <dd className="text-2xl font-semibold tabular-nums">{value}</dd>
    </div>
  );
}

interface LimitProps {
  name: string;
  used: number;
  most: number | null;
  format: (value: number) => string;
}

function Limit({ name, used, most, format }: LimitProps) {
  const { home } = useWords();
  if (most === null) return null;
  return (
    <div className="mt-4 text-sm">
      <p className="flex justify-between gap-2">
        <span className="text-muted">{name}</span>
        <span className="tabular-nums">{home.usedOf(format(used), format(most))}</span>
      </p>
      <progress
        className={`progress h-2 w-full ${used > most * 0.9 ? 'progress-warning' : 'progress-primary'}`}
        aria-label={`${name}: ${formatShare(most === 0 ? 1 : used / most)}`}
        max={Math.max(1, most)}
        value={Math.min(used, most)}
      />
    </div>
  );
}
