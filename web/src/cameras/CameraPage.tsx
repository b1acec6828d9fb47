import { Trash2 } from 'lucide-react';
import { useNavigate, useParams } from 'react-router';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { ConfirmButton } from '../layout/ConfirmButton.tsx';
import { Page } from '../layout/Page.tsx';
import { Panel } from '../layout/Panel.tsx';
import { addressOfPage } from '../layout/places.ts';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';
import { CameraForm } from './CameraForm.tsx';
import { ConditionBadge } from './ConditionBadge.tsx';
import { FramesPanel } from './FramesPanel.tsx';
import { GapsPanel } from './GapsPanel.tsx';
import { Look } from './Look.tsx';
import { useCamera } from './questions.ts';
import { SessionPanel } from './SessionPanel.tsx';
import { WindowsPanel } from './WindowsPanel.tsx';

/** One camera: what it sees, what it captures, when it was not seen, and what is said of it. */
export function CameraPage() {
  const { id = '' } = useParams();
  const { api } = useParts();
  const { cameras } = useWords();
  const navigate = useNavigate();
  const may = useMay('manager');
  const { data, error, refetch } = useCamera(id);
  const remove = useAct(() => api.done(api.client.DELETE('/cameras/{id}', { params: { path: { id } } })), {
    stale: ['cameras'],
    said: () => cameras.removed,
    after: () => void navigate(addressOfPage('cameras')),
  });
  return (
    <Page
      title={data === undefined ? cameras.one : visibleText(data.name)}
      actions={
        data !== undefined && (
          <>
            <ConditionBadge condition={data.condition} />
            {may && (
              <ConfirmButton
                question={cameras.removeQuestion(visibleText(data.name))}
                advice={cameras.removeAdvice}
                doIt={cameras.remove}
                onConfirm={() => remove.mutate(undefined)}
              >
                <Trash2 aria-hidden className="size-4" />
                {cameras.remove}
              </ConfirmButton>
            )}
          </>
        )
      }
    >
      {data === undefined && error === null && <Waiting height="h-48" />}
      {data === undefined && error !== null && <Unreadable error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <div className="grid items-start gap-4 xl:grid-cols-2">
          <div className="min-w-0 space-y-4">
            <Panel title={cameras.look}>
              <Look camera={data} />
            </Panel>
            <FramesPanel cameraId={id} />
          </div>
          <div className="min-w-0 space-y-4">
            <SessionPanel camera={data} />
            <GapsPanel cameraId={id} />
            <WindowsPanel cameraId={id} />
            {may && (
              <Panel title={cameras.settings}>
                <CameraForm key={data.updated_at} camera={data} />
              </Panel>
            )}
          </div>
        </div>
      )}
    </Page>
  );
}
