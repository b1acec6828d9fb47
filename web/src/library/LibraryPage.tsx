import { Page } from '../layout/Page.tsx';
import { useWords } from '../words/useWords.ts';
import { Library } from './Library.tsx';

export function LibraryPage() {
  const { library } = useWords();
  return (
    <Page title={library.title}>
      <Library />
    </Page>
  );
}
