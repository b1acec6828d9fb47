import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { formatCount } from '../format/size.ts';
import { ConfirmButton } from '../layout/ConfirmButton.tsx';
import { Page } from '../layout/Page.tsx';
import { Panel } from '../layout/Panel.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { useWords } from '../words/useWords.ts';
import { Drift } from './Drift.tsx';
import { Figure } from './Figure.tsx';
import { JudgedTable } from './JudgedTable.tsx';

/** A model beside the one in use: how they differ, and whether it takes its place. */
export function TrialPage() {
  const { id = '' } = useParams();
  const { api } = useParts();
  const { campaigns } = useWords();
  const may = useMay('manager');
  const { data, error, refetch } = useQuery({
    queryKey: ['trials', id],
    queryFn: () => api.ask(api.client.GET('/trials/{id}', { params: { path: { id } } })),
    refetchInterval: 10_000,
  });
  const decide = useAct(
    (what: 'promote' | 'rollback') =>
      api.done(api.client.POST(`/trials/{id}/${what}`, { params: { path: { id } } })),
    { stale: ['trials'], said: (_done, what) => campaigns.decided[what] },
  );
  return (
    <Page
      title={data === undefined ? campaigns.trial : campaigns.trialOf(data.candidate, data.current)}
      intro={campaigns.trialIntro}
      actions={
        may &&
        data !== undefined && (
          <>
            {data.promoted_at === null && (
              <ConfirmButton
                className="btn btn-primary btn-sm"
                question={campaigns.promoteQuestion(data.candidate)}
                advice={campaigns.promoteAdvice}
                doIt={campaigns.promote}
                onConfirm={() => decide.mutate('promote')}
              >
                {campaigns.promote}
              </ConfirmButton>
            )}
            {data.promoted_at !== null && data.rolled_back_at === null && (
              <button
                type="button"
                className="btn btn-plain btn-sm"
                disabled={decide.isPending}
                onClick={() => decide.mutate('rollback')}
              >
                {campaigns.rollback}
              </button>
            )}
          </>
        )
      }
    >
      {data === undefined && error === null && <Waiting />}
      {data === undefined && error !== null && <Unreadable error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <div className="space-y-4">
          <Panel title={campaigns.sofar}>
            <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
              <Figure
                name={campaigns.compared}
                value={campaigns.doneOf(formatCount(data.compared), formatCount(data.images))}
              />
              <Figure name={campaigns.sameLabels} share={data.agreement} />
              <Figure name={campaigns.sameBoxes} value={formatCount(data.boxes.matched)} />
              <Figure name={campaigns.overlap} share={data.boxes.mean_iou} />
            </dl>
          </Panel>
          {data.judged !== null && (
            <Panel title={campaigns.judged(data.judged.label)}>
              <JudgedTable
                columns={[
                  [data.current, data.judged.current],
                  [data.candidate, data.judged.candidate],
                ]}
              />
            </Panel>
          )}
          <div className="grid gap-4 xl:grid-cols-2">
            {data.labels.map((label) => (
              <Drift key={label.label} label={label} current={data.current} candidate={data.candidate} />
            ))}
          </div>
        </div>
      )}
    </Page>
  );
}
