import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { FileDown } from 'lucide-react';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { Empty } from '../layout/Empty.tsx';
import { Page } from '../layout/Page.tsx';
import { Panel } from '../layout/Panel.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { useWords } from '../words/useWords.ts';
import { ExportCard, isOver } from './ExportCard.tsx';
import { ExportForm } from './ExportForm.tsx';

const SHOWN = 50;

/** Files that other programs read: what was seen in images. */
export function ExportsPage() {
  const { api, session } = useParts();
  const { exports: words } = useWords();
  const may = useMay('contributor');
  const { data, error, refetch } = useQuery({
    queryKey: ['exports'],
    queryFn: () =>
      api.ask(
        api.client.GET('/exports', {
          params: { query: { tenant_name: session.tenant(), page: 1, limit: SHOWN } },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.exports.every(isOver) === true ? 30_000 : 2_000),
  });
  return (
    <Page title={words.title} intro={words.intro}>
      <div className="grid items-start gap-4 xl:grid-cols-[24rem_minmax(0,1fr)]">
        {may && (
          <Panel title={words.add}>
            <ExportForm />
          </Panel>
        )}
        <div className="min-w-0 space-y-3">
          {data === undefined && error === null && <Waiting />}
          {data === undefined && error !== null && (
            <Unreadable error={error} onRetry={() => void refetch()} />
          )}
          {data?.exports.length === 0 && (
            <Empty icon={FileDown} title={words.empty} advice={words.emptyAdvice} />
          )}
          {data?.exports.map((one) => (
            <ExportCard key={one.export_id} export={one} may={may} />
          ))}
        </div>
      </div>
    </Page>
  );
}
