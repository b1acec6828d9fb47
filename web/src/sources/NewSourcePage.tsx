import { Page } from '../layout/Page.tsx';
import { Panel } from '../layout/Panel.tsx';
import { useWords } from '../words/useWords.ts';
import { SourceForm } from './SourceForm.tsx';

export function NewSourcePage() {
  const { sources } = useWords();
  return (
    <Page title={sources.add} intro={sources.intro}>
      <div className="max-w-3xl">
        <Panel title={sources.settings}>
          <SourceForm />
        </Panel>
      </div>
    </Page>
  );
}
