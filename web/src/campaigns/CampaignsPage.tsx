import { useQuery } from '@tanstack/react-query';
import { Target } from 'lucide-react';
import { Link } from 'react-router';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { formatCount } from '../format/size.ts';
import { formatDay } from '../format/time.ts';
import { Empty } from '../layout/Empty.tsx';
import { Page } from '../layout/Page.tsx';
import { Panel } from '../layout/Panel.tsx';
import { addressOfPage } from '../layout/places.ts';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';
import { CampaignForm } from './CampaignForm.tsx';

const SHOWN = 50;

/** Questions to people about sets of images, and models that are tried beside the one in use. */
export function CampaignsPage() {
  const { campaigns } = useWords();
  const { api, session } = useParts();
  const may = useMay('manager');
  const query = { tenant_name: session.tenant(), page: 1, limit: SHOWN };
  const asked = useQuery({
    queryKey: ['campaigns'],
    queryFn: () => api.ask(api.client.GET('/campaigns', { params: { query } })),
  });
  const trials = useQuery({
    queryKey: ['trials'],
    queryFn: () => api.ask(api.client.GET('/trials', { params: { query } })),
    refetchInterval: 10_000,
  });
  return (
    <Page title={campaigns.title} intro={campaigns.intro}>
      <div className="grid items-start gap-4 xl:grid-cols-[24rem_minmax(0,1fr)]">
        {may && (
          <Panel title={campaigns.add}>
            <CampaignForm />
          </Panel>
        )}
        <div className="min-w-0 space-y-4">
          {asked.data === undefined && asked.error === null && <Waiting />}
          {asked.data === undefined && asked.error !== null && (
            <Unreadable error={asked.error} onRetry={() => void asked.refetch()} />
          )}
          {asked.data?.campaigns.length === 0 && (
            <Empty icon={Target} title={campaigns.empty} advice={campaigns.emptyAdvice} />
          )}
          {asked.data?.campaigns.map((one) => (
            <article
              key={one.campaign_id}
              className="rounded-box border border-base-300 bg-base-100 p-4"
              aria-labelledby={`campaign-${one.campaign_id}`}
            >
              <h2 id={`campaign-${one.campaign_id}`} className="font-semibold break-words">
                <Link className="hover:underline" to={addressOfPage(`campaigns/${one.campaign_id}`)}>
                  <Name>{one.name}</Name>
                </Link>
              </h2>
              <p className="text-sm text-muted">
                {campaigns.question(one.label)} ·{' '}
                {campaigns.doneOf(formatCount(one.done), formatCount(one.images))} ·{' '}
                {formatDay(one.created_at)}
                {one.closed_at !== null && ` · ${campaigns.closed}`}
              </p>
              <progress
                className="progress progress-primary mt-2 h-2 w-full"
                aria-label={campaigns.progress}
                max={100}
                value={one.progress_percent}
              />
            </article>
          ))}
          {trials.data !== undefined && trials.data.trials.length > 0 && (
            <Panel title={campaigns.trials}>
              <ul className="divide-y divide-base-300 text-sm">
                {trials.data.trials.map((trial) => (
                  <li key={trial.trial_id} className="py-2">
                    <Link className="link font-medium" to={addressOfPage(`trials/${trial.trial_id}`)}>
                      {campaigns.trialOf(trial.candidate, trial.current)}
                    </Link>{' '}
                    <span className="text-muted">
                      {campaigns.images(trial.images)} · {formatDay(trial.created_at)} · {trial.state}
                    </span>
                  </li>
                ))}
              </ul>
            </Panel>
          )}
        </div>
      </div>
    </Page>
  );
}
