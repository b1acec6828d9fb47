import { useLocation } from 'react-router';
import { Only } from '../layout/Only.tsx';
import { Page } from '../layout/Page.tsx';
import { Panel } from '../layout/Panel.tsx';
import { useWords } from '../words/useWords.ts';
import { CameraForm } from './CameraForm.tsx';

export function NewCameraPage() {
  const { cameras } = useWords();
  const { state } = useLocation() as { state: { url?: unknown } | null };
  return (
    <Page title={cameras.add} intro={cameras.addIntro}>
      <Only needs="manager">
        <div className="max-w-3xl">
          <Panel title={cameras.settings}>
            <CameraForm {...(typeof state?.url === 'string' && { url: state.url })} />
          </Panel>
        </div>
      </Only>
    </Page>
  );
}
