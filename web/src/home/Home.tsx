import { ImagePlus } from 'lucide-react';
import { Link } from 'react-router';
import { useMay } from '../access/useMay.ts';
import { Page } from '../layout/Page.tsx';
import { addressOfPage } from '../layout/places.ts';
import { useWords } from '../words/useWords.ts';
import { Attention } from './Attention.tsx';
import { Beginning } from './Beginning.tsx';
import { CameraRow } from './CameraRow.tsx';
import { Figures } from './Figures.tsx';
import { Running } from './Running.tsx';
import { Throughput } from './Throughput.tsx';

/** What goes on, at a glance. */
export function Home() {
  const { home, imports, shell } = useWords();
  const may = useMay('contributor');
  return (
    <Page
      title={home.title}
      {...(!may && { intro: shell.lookOnly })}
      actions={
        may && (
          <Link to={addressOfPage('add')} className="btn btn-primary btn-sm">
            <ImagePlus aria-hidden className="size-4" />
            {imports.begin}
          </Link>
        )
      }
    >
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_26rem]">
        <div className="min-w-0 space-y-4">
          <Beginning />
          <Attention />
          <Running />
          <CameraRow />
        </div>
        <div className="min-w-0 space-y-4">
          <Throughput />
          <Figures />
        </div>
      </div>
    </Page>
  );
}
