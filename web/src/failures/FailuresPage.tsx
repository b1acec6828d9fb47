import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { useParts } from '../api/parts.ts';
import { Empty } from '../layout/Empty.tsx';
import { Page } from '../layout/Page.tsx';
import { Panel } from '../layout/Panel.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { useWords } from '../words/useWords.ts';
import { Catalogue } from './Catalogue.tsx';
import { ReasonCard } from './ReasonCard.tsx';

const LOOK_MS = 10_000;

/** What was tried as often as the rules allow and still failed, by reason; and every reason there is. */
export function FailuresPage() {
  const { api, session } = useParts();
  const { failures } = useWords();
  const [unfolded, setUnfolded] = useState<string | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['failures'],
    queryFn: () =>
      api.ask(api.client.GET('/failures', { params: { query: { tenant_name: session.tenant() } } })),
    refetchInterval: LOOK_MS,
  });
  const present = data?.failures.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count) ?? [];
  return (
    <Page title={failures.title} intro={failures.intro}>
      {data === undefined && error === null && <Waiting />}
      {data === undefined && error !== null && <Unreadable error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <div className="space-y-4">
          {present.length === 0 && (
            <Empty icon={CircleCheck} title={failures.empty} advice={failures.emptyAdvice} />
          )}
          {present.map((entry) => (
            <ReasonCard
              key={entry.type}
              entry={entry}
              unfolded={unfolded === entry.type}
              onToggle={() => setUnfolded(unfolded === entry.type ? null : entry.type)}
            />
          ))}
          <Panel title={failures.all}>
            <Catalogue entries={data.failures} />
          </Panel>
        </div>
      )}
    </Page>
  );
}
