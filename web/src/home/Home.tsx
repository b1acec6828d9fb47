import { ImagePlus } from 'lucide-react';
import { Link } from 'react-router';
import { useMay } from '../access/useMay.ts';
import { Page } from '../layout/Page.tsx';
import { addressOfPage } from '../layout/places.ts';
import { useWords } from '../words/useWords.ts';
import { Running } from './Running.tsx';

/** What goes on, at a glance. */
export function Home() {
  const { home, imports } = useWords();
  const may = useMay('contributor');
  return (
    <Page
      title={home.title}
      actions={
        may && (
          <Link to={addressOfPage('add')} className="btn btn-primary btn-sm">
            <ImagePlus aria-hidden className="size-4" />
            {imports.begin}
          </Link>
        )
      }
    >
      <Running />
    </Page>
  );
}
