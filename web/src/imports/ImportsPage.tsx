import { CloudDownload, ImagePlus } from 'lucide-react';
import { Link } from 'react-router';
import { useMay } from '../access/useMay.ts';
import { Empty } from '../layout/Empty.tsx';
import { Page } from '../layout/Page.tsx';
import { addressOfPage } from '../layout/places.ts';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { useWords } from '../words/useWords.ts';
import { ImportCard } from './ImportCard.tsx';
import { useImports } from './useImports.ts';
import { useNow } from './useNow.ts';

/** Every import, newest first. */
export function ImportsPage() {
  const { imports: words } = useWords();
  const may = useMay('contributor');
  const { imports, error, hasMore, loadingMore, more, again } = useImports();
  const now = useNow();
  const add = may && (
    <Link to={addressOfPage('add')} className="btn btn-primary btn-sm">
      <ImagePlus aria-hidden className="size-4" />
      {words.begin}
    </Link>
  );

  return (
    <Page title={words.title} intro={words.intro} actions={add}>
      {imports === null && error === null && <Waiting rows={4} height="h-32" />}
      {error !== null && <Unreadable error={error} onRetry={again} />}
      {imports?.length === 0 && !hasMore && (
        <Empty icon={CloudDownload} title={words.empty} advice={words.emptyAdvice}>
          {add}
        </Empty>
      )}
      {imports !== null && (
        <ul className="grid items-start gap-3 2xl:grid-cols-2">
          {imports.map((one) => (
            <li key={one.id}>
              <ImportCard import={one} now={now} />
            </li>
          ))}
        </ul>
      )}
      {hasMore && (
        <button type="button" className="btn btn-ghost btn-sm mt-3" onClick={more} disabled={loadingMore}>
          {words.older}
        </button>
      )}
    </Page>
  );
}
