import { AddressForm } from '../imports/AddressForm.tsx';
import { Page } from '../layout/Page.tsx';
import { Panel } from '../layout/Panel.tsx';
import { useWords } from '../words/useWords.ts';
import { ChooseFiles } from './ChooseFiles.tsx';

/** The one place where images are added: from this browser above, from elsewhere below. */
export function AddPage() {
  const { add } = useWords();
  return (
    <Page title={add.title} intro={add.intro}>
      <div className="grid max-w-5xl gap-4 xl:grid-cols-2">
        <Panel title={add.fromHere}>
          <ChooseFiles />
        </Panel>
        <Panel title={add.fromElsewhere}>
          <AddressForm />
        </Panel>
      </div>
    </Page>
  );
}
