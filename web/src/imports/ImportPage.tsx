import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useParams } from 'react-router';
import { useParts } from '../api/parts.ts';
import { useStore } from '../api/useStore.ts';
import { Page } from '../layout/Page.tsx';
import { Panel } from '../layout/Panel.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';
import { ImportCard } from './ImportCard.tsx';
import { ImportFacts } from './ImportFacts.tsx';
import { ImportItems } from './ImportItems.tsx';
import { ImportTimeline } from './ImportTimeline.tsx';
import { isFinished } from './states.ts';
import { useNow } from './useNow.ts';

/** One import: how far it is, what became of each file, and what happened when. */
export function ImportPage() {
  const { id = '' } = useParams();
  const { api, live } = useParts();
  const { imports } = useWords();
  const queries = useQueryClient();
  const following = useStore(live.state) === 'live';
  const now = useNow();
  const { data, error, refetch } = useQuery({
    queryKey: ['import', id],
    queryFn: () => api.ask(api.client.GET('/imports/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) =>
      state.data !== undefined && isFinished(state.data.status) ? false : following ? 10_000 : 2_000,
  });
  useEffect(
    () =>
      live.listen({
        onImport: (change) => {
          if (change.id === id) queries.setQueryData(['import', id], change);
        },
        onImages: () => undefined,
        onOpen: () => void queries.invalidateQueries({ queryKey: ['import', id] }),
      }),
    [id, live, queries],
  );

  return (
    <Page title={data === undefined ? imports.one : visibleText(data.address)}>
      {data === undefined && error === null && <Waiting />}
      {error !== null && data === undefined && <Unreadable error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
          <div className="min-w-0 space-y-4">
            <ImportCard import={data} now={now} plain />
            <ImportItems import={data} />
          </div>
          <div className="min-w-0 space-y-4">
            <Panel title={imports.facts}>
              <ImportFacts import={data} />
            </Panel>
            <Panel title={imports.timeline}>
              <ImportTimeline import={data} />
            </Panel>
          </div>
        </div>
      )}
    </Page>
  );
}
