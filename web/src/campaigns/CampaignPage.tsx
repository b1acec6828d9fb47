import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { formatCount } from '../format/size.ts';
import { Page } from '../layout/Page.tsx';
import { Panel } from '../layout/Panel.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { Name } from '../names/Name.tsx';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';
import { Asking } from './Asking.tsx';
import { Figure } from './Figure.tsx';
import { JudgedTable } from './JudgedTable.tsx';

/** One campaign: the next question, how far it is, how far people agree and how right the library is. */
export function CampaignPage() {
  const { id = '' } = useParams();
  const { api } = useParts();
  const { campaigns } = useWords();
  const mayAnswer = useMay('contributor');
  const maySet = useMay('manager');
  const { data, error, refetch } = useQuery({
    queryKey: ['campaigns', id],
    queryFn: () => api.ask(api.client.GET('/campaigns/{id}', { params: { path: { id } } })),
    refetchInterval: 10_000,
  });
  const close = useAct(
    (closed: boolean) =>
      api.ask(api.client.PATCH('/campaigns/{id}', { params: { path: { id } }, body: { closed } as never })),
    { stale: ['campaigns'] },
  );
  return (
    <Page
      title={data === undefined ? campaigns.one : visibleText(data.name)}
      {...(data !== undefined && { intro: campaigns.question(visibleText(data.label)) })}
      actions={
        maySet &&
        data !== undefined && (
          <button
            type="button"
            className="btn btn-plain btn-sm"
            disabled={close.isPending}
            onClick={() => close.mutate(data.closed_at === null)}
          >
            {data.closed_at === null ? campaigns.close : campaigns.reopen}
          </button>
        )
      }
    >
      {data === undefined && error === null && <Waiting />}
      {data === undefined && error !== null && <Unreadable error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_26rem]">
          {data.closed_at !== null ? (
            <p>{campaigns.closed}</p>
          ) : mayAnswer ? (
            <Asking campaign={data} />
          ) : (
            <p className="text-muted">{campaigns.answersNeed}</p>
          )}
          <div className="min-w-0 space-y-4">
            <Panel title={campaigns.progress}>
              <dl className="grid grid-cols-2 gap-4">
                <Figure
                  name={campaigns.answered}
                  value={campaigns.doneOf(formatCount(data.done), formatCount(data.images))}
                />
                <Figure name={campaigns.answers} value={formatCount(data.answers)} />
                <Figure name={campaigns.agreement} share={data.agreement.observed} />
                <Figure name={campaigns.kappa} number={data.agreement.kappa} />
              </dl>
              <p className="mt-3 text-sm text-muted">
                {campaigns.majority(data.majority.yes, data.majority.no, data.majority.tied)}
              </p>
            </Panel>
            <Panel title={campaigns.library}>
              <JudgedTable columns={[[campaigns.libraryShows, data.library]]} />
            </Panel>
            {data.by_person.length > 0 && (
              <Panel title={campaigns.byPerson}>
                <ul className="space-y-1 text-sm">
                  {data.by_person.map((person) => (
                    <li key={person.person} className="flex justify-between gap-3">
                      <Name>{person.person}</Name>
                      <span className="text-muted tabular-nums">
                        {campaigns.saidBy(person.yes, person.no, person.unsure)}
                      </span>
                    </li>
                  ))}
                </ul>
              </Panel>
            )}
          </div>
        </div>
      )}
    </Page>
  );
}
