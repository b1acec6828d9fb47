import { Trash2 } from 'lucide-react';
import { useNavigate, useParams } from 'react-router';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { useNow } from '../imports/useNow.ts';
import { ConfirmButton } from '../layout/ConfirmButton.tsx';
import { Page } from '../layout/Page.tsx';
import { Panel } from '../layout/Panel.tsx';
import { addressOfPage } from '../layout/places.ts';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';
import { useSource } from './questions.ts';
import { SourceCard } from './SourceCard.tsx';
import { SourceForm } from './SourceForm.tsx';

/** One source: how it goes, and what is said of it. */
export function SourcePage() {
  const { id } = useParams();
  const { api } = useParts();
  const { sources } = useWords();
  const navigate = useNavigate();
  const may = useMay('manager');
  const now = useNow();
  const { data, error, refetch } = useSource(id);
  const remove = useAct(
    () => api.done(api.client.DELETE('/image-pull-sources/{id}', { params: { path: { id: id ?? '' } } })),
    {
      stale: ['sources'],
      said: () => sources.removed,
      after: () => void navigate(addressOfPage('sources')),
    },
  );
  return (
    <Page
      title={data === undefined ? sources.one : visibleText(data.name)}
      actions={
        may &&
        data !== undefined && (
          <ConfirmButton
            question={sources.removeQuestion(visibleText(data.name))}
            advice={sources.removeAdvice}
            doIt={sources.remove}
            onConfirm={() => remove.mutate(undefined)}
          >
            <Trash2 aria-hidden className="size-4" />
            {sources.remove}
          </ConfirmButton>
        )
      }
    >
      {data === undefined && error === null && <Waiting height="h-40" />}
      {data === undefined && error !== null && <Unreadable error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <div className="grid items-start gap-4 xl:grid-cols-2">
          <SourceCard source={data} now={now} plain />
          {may && (
            <Panel title={sources.settings}>
              <SourceForm key={data.updated_at} source={data} />
            </Panel>
          )}
        </div>
      )}
    </Page>
  );
}
