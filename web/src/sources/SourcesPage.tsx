import { Plus, Waypoints } from 'lucide-react';
import { Link } from 'react-router';
import { useMay } from '../access/useMay.ts';
import { useNow } from '../imports/useNow.ts';
import { Empty } from '../layout/Empty.tsx';
import { Page } from '../layout/Page.tsx';
import { addressOfPage } from '../layout/places.ts';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { useWords } from '../words/useWords.ts';
import { useSources } from './questions.ts';
import { SourceCard } from './SourceCard.tsx';

/** Every place that is looked at again and again. */
export function SourcesPage() {
  const { sources } = useWords();
  const may = useMay('manager');
  const now = useNow();
  const { data, error, refetch } = useSources();
  const add = may && (
    <Link to={addressOfPage('sources/new')} className="btn btn-primary btn-sm">
      <Plus aria-hidden className="size-4" />
      {sources.add}
    </Link>
  );
  return (
    <Page title={sources.title} intro={sources.intro} actions={add}>
      {data === undefined && error === null && <Waiting height="h-40" />}
      {data === undefined && error !== null && <Unreadable error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <Empty icon={Waypoints} title={sources.empty} advice={sources.emptyAdvice}>
          {add}
        </Empty>
      )}
      <ul className="grid items-start gap-3 xl:grid-cols-2">
        {data?.map((source) => (
          <li key={source.id}>
            <SourceCard source={source} now={now} />
          </li>
        ))}
      </ul>
    </Page>
  );
}
