import { AddressForm } from '../imports/AddressForm.tsx';
import { Only } from '../layout/Only.tsx';
import { Page } from '../layout/Page.tsx';
import { Panel } from '../layout/Panel.tsx';
import { useWords } from '../words/useWords.ts';
import { ChooseFiles } from './ChooseFiles.tsx';

/** The one place where images are added: from this browser above, from elsewhere below. */
export function AddPage() {
  const { add } = useWords();
  return (
    <Page title={add.title} intro={add.intro}>
      <Only needs="contributor">
        <div className="grid items-start gap-4 xl:grid-cols-2">
          <Panel title={add.fromHere}>
            <ChooseFiles />
            <p className="mt-3 text-sm text-muted">{add.fromHereHint}</p>
          </Panel>
          <Panel title={add.fromElsewhere}>
            <AddressForm />
          </Panel>
        </div>
      </Only>
    </Page>
  );
}
