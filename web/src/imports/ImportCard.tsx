import { Cloud, ExternalLink, Folder, Globe, Upload } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Import } from '../api/types.ts';
import { formatAgo, formatExact } from '../format/time.ts';
import { addressOfPage } from '../layout/places.ts';
import { Name } from '../names/Name.tsx';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';
import { Actions } from './Actions.tsx';
import { Counts } from './Counts.tsx';
import { ItemList } from './ItemList.tsx';
import { Needs } from './Needs.tsx';
import { ProgressBar } from './ProgressBar.tsx';
import { ProgressLine } from './ProgressLine.tsx';
import { StateBadge } from './StateBadge.tsx';
import { countOf, type Outcome } from './states.ts';
import { useProgressAnnouncements } from './useProgressAnnouncements.ts';

const ICONS: Readonly<Record<string, typeof Cloud>> = {
  upload: Upload,
  folder: Folder,
  'http-directory': Globe,
};

interface Props {
  import: Import;
  now: number;
  /** On the page of the import itself, which shows the files below. */
  plain?: boolean;
}

export function ImportCard({ import: one, now, plain = false }: Props) {
  const { imports } = useWords();
  const [unfolded, setUnfolded] = useState<Outcome | null>(null);
  useProgressAnnouncements(one);
  const Icon = ICONS[one.kind] ?? Cloud;
  const listed = unfolded !== null && countOf(one, unfolded) > 0 ? unfolded : null;

  return (
    <article
      aria-label={imports.from(visibleText(one.address))}
      className="rounded-box border border-base-300 bg-base-100 p-3"
    >
      <header className="flex items-start gap-2">
        <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
        <div className="min-w-0 flex-1">
          <h2 className="line-clamp-2 text-sm font-medium wrap-anywhere" title={visibleText(one.address)}>
            {plain ? (
              <Name>{one.address}</Name>
            ) : (
              <Link className="hover:underline" to={addressOfPage(`imports/${one.id}`)}>
                <Name>{one.address}</Name>
              </Link>
            )}
          </h2>
          <p className="flex gap-3 text-xs text-muted">
            <time dateTime={one.created_at} title={formatExact(one.created_at)}>
              {formatAgo(one.created_at, now)}
            </time>
            {isWebLink(one.temporal_url) && (
              <a
                className="link inline-flex items-center gap-1"
                href={one.temporal_url}
                target="_blank"
                rel="noreferrer"
              >
                {imports.temporal}
                <ExternalLink aria-hidden className="size-3" />
              </a>
            )}
          </p>
        </div>
        <StateBadge status={one.status} waiting={one.needs !== null} />
      </header>
      <ProgressBar import={one} />
      <ProgressLine import={one} />
      {one.error !== null && (
        <div className="mt-2 rounded-md bg-error/10 p-2.5 text-sm break-words">
          <p className="font-medium text-error">{one.error.title}</p>
          <p>
            <Name>{one.error.detail}</Name>
          </p>
          <p className="text-muted">{one.error.advice}</p>
        </div>
      )}
      {one.needs !== null && <Needs import={one} />}
      {!plain && <Counts import={one} unfolded={listed} onToggle={setUnfolded} />}
      {listed !== null && <ItemList key={listed} import={one} outcome={listed} />}
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <Actions import={one} />
      </div>
    </article>
  );
}

/** A link to anything but a web page (`javascript:` …) is not put on the page. */
function isWebLink(url: string | null): url is string {
  return url !== null && /^(https?:\/\/|\/(?!\/))/i.test(url);
}
