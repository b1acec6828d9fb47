import { Signpost } from 'lucide-react';
import { Link } from 'react-router';
import { useWords } from '../words/useWords.ts';
import { Empty } from './Empty.tsx';
import { Page } from './Page.tsx';
import { BASE } from './places.ts';

/** At an address that no page has. */
export function Nowhere() {
  const { shell } = useWords();
  return (
    <Page title={shell.nowhere}>
      <Empty icon={Signpost} title={shell.nowhere} advice={shell.nowhereAdvice}>
        <Link to={BASE} className="btn btn-primary">
          {shell.goHome}
        </Link>
      </Empty>
    </Page>
  );
}
