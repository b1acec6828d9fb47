import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { Empty } from '../layout/Empty.tsx';
import { Panel } from '../layout/Panel.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';

type Answer = Schemas['AnswerRequest']['answer'];

const KEYS: Readonly<Record<string, Answer>> = { y: 'yes', j: 'yes', n: 'no', u: 'unsure' };
const AHEAD = 20;

/** Image after image with the question, answered by one key each. */
export function Asking({ campaign }: { campaign: Schemas['Campaign'] }) {
  const { api, session } = useParts();
  const { campaigns } = useWords();
  const [person, setPerson] = useState(session.me()?.name ?? '');
  const [answered, setAnswered] = useState<readonly number[]>([]);
  const path = { id: campaign.campaign_id };
  const next = useQuery({
    queryKey: ['campaign-next', campaign.campaign_id, person],
    enabled: person.trim() !== '',
    queryFn: () =>
      api.ask(
        api.client.GET('/campaigns/{id}/next', {
          params: { path, query: { person: person.trim(), limit: AHEAD } },
        }),
      ),
    refetchOnWindowFocus: false,
  });
  const left = next.data?.asset_ids.filter((id) => !answered.includes(id)) ?? [];
  const shown = left[0];
  const say = useAct(
    (given: { asset_id: number; answer: Answer }) =>
      api.done(
        api.client.POST('/campaigns/{id}/answers', {
          params: { path },
          body: { ...given, person: person.trim() },
        }),
      ),
    { stale: ['campaigns'] },
  );
  function answer(what: Answer): void {
    if (shown === undefined) return;
    setAnswered([...answered, shown]);
    say.mutate({ asset_id: shown, answer: what });
    if (left.length === 1) void next.refetch();
  }
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || /^(input|select|textarea)$/i.test(target.tagName))
        return;
      const what = KEYS[event.key.toLowerCase()];
      if (what !== undefined) answer(what);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });

  return (
    <Panel title={campaigns.question(visibleText(campaign.label))}>
      <label className="mb-3 flex flex-wrap items-center gap-2 text-sm">
        {campaigns.person}
        <input
          className="input input-sm"
          value={person}
          onChange={({ target }) => {
            setPerson(target.value);
            setAnswered([]);
          }}
        />
      </label>
      {person.trim() === '' && <p className="text-muted">{campaigns.personFirst}</p>}
      {next.isLoading && <Waiting rows={1} height="h-80" />}
      {shown !== undefined && (
        <>
          <img
            key={shown}
            src={session.viewable(`/retrieve/rendition/${shown}/zoom`)}
            alt={campaigns.image(shown)}
            className="max-h-[60dvh] min-h-60 w-full rounded-md bg-base-300 object-contain"
          />
          <div className="mt-3 flex flex-wrap gap-2">
            {(['yes', 'no', 'unsure'] as const).map((what) => (
              <button key={what} type="button" className="btn btn-plain" onClick={() => answer(what)}>
                {campaigns.say[what]} <kbd className="kbd kbd-sm">{campaigns.keys[what]}</kbd>
              </button>
            ))}
          </div>
        </>
      )}
      {next.data !== undefined && shown === undefined && !next.isFetching && (
        <Empty icon={CircleCheck} title={campaigns.allAnswered} advice={campaigns.allAnsweredAdvice} />
      )}
    </Panel>
  );
}
