import { Link } from 'react-router';
import type { Import } from '../api/types.ts';
import { formatCount } from '../format/size.ts';
import { formatExact, formatMoment } from '../format/time.ts';
import { addressOfPage } from '../layout/places.ts';
import { useKindName } from '../sources/useKindName.ts';
import { useWords } from '../words/useWords.ts';

/** What is known of an import beside its counts. */
export function ImportFacts({ import: one }: { import: Import }) {
  const { imports, shell } = useWords();
  const kindName = useKindName();
  const time = (iso: string) => (
    <time dateTime={iso} title={formatExact(iso)}>
      {formatMoment(iso)}
    </time>
  );
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm [&_dt]:text-muted">
      <dt>{imports.kind}</dt>
      <dd>{kindName(one.kind)}</dd>
      <dt>{imports.begun}</dt>
      <dd>{time(one.created_at)}</dd>
      {one.finished_at !== null && (
        <>
          <dt>{imports.ended}</dt>
          <dd>{time(one.finished_at)}</dd>
        </>
      )}
      <dt>{imports.listing}</dt>
      <dd>{one.listing_complete ? imports.listingComplete : imports.listingGoesOn}</dd>
      {one.suspect !== null && (
        <>
          <dt>{imports.suspectTitle}</dt>
          <dd className="text-warning">{imports.suspects[one.suspect]}</dd>
        </>
      )}
      {one.known_files > 0 && (
        <>
          <dt>{imports.known}</dt>
          <dd>{formatCount(one.known_files)}</dd>
        </>
      )}
      {one.deferred_files > 0 && (
        <>
          <dt>{imports.deferred}</dt>
          <dd>{formatCount(one.deferred_files)}</dd>
        </>
      )}
      <dt>{imports.credentials}</dt>
      <dd>{one.has_credential ? shell.yes : shell.no}</dd>
      {one.pull_source_id !== null && (
        <>
          <dt>{imports.source}</dt>
          <dd>
            <Link className="link" to={addressOfPage(`sources/${one.pull_source_id}`)}>
              {imports.toSource}
            </Link>
          </dd>
        </>
      )}
    </dl>
  );
}
