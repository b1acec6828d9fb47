import { Only } from '../layout/Only.tsx';
import { Page } from '../layout/Page.tsx';
import { Panel } from '../layout/Panel.tsx';
import { useWords } from '../words/useWords.ts';
import { SourceForm } from './SourceForm.tsx';

export function NewSourcePage() {
  const { sources } = useWords();
  return (
    <Page title={sources.add} intro={sources.intro}>
      <Only needs="manager">
        <div className="max-w-3xl">
          <Panel title={sources.settings}>
            <SourceForm />
          </Panel>
        </div>
      </Only>
    </Page>
  );
}
