import { ImportList } from '../imports/ImportList.tsx';
import { useImports } from '../imports/useImports.ts';
import { Library } from '../library/Library.tsx';
import { AddPanel } from '../upload/AddPanel.tsx';
import { DropAnywhere } from '../upload/DropAnywhere.tsx';
import { Announcer } from './Announcer.tsx';
import { AwayBanner } from './AwayBanner.tsx';
import { Header } from './Header.tsx';

export function App() {
  const imports = useImports();
  const settled = imports.imports !== null || imports.error !== null;
  return (
    <div className="min-h-dvh bg-base-200 text-base-content">
      <a
        href="#library"
        className="btn btn-primary btn-sm sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-40"
      >
        Skip to the library
      </a>
      <Header />
      <main className="mx-auto grid max-w-[1680px] gap-6 px-4 pb-16 lg:grid-cols-[23rem_minmax(0,1fr)] lg:px-6">
        <div className="space-y-6 lg:sticky lg:top-4 lg:-m-1 lg:max-h-[calc(100dvh-2rem)] lg:self-start lg:overflow-y-auto lg:p-1 lg:[scrollbar-width:thin]">
          <AddPanel />
          <ImportList {...imports} />
        </div>
        {/* Below the imports on a narrow screen, where it would be pushed down when they come. */}
        <div className={`min-w-0 ${settled ? '' : 'max-lg:invisible'}`}>
          <Library />
        </div>
      </main>
      <AwayBanner />
      <DropAnywhere />
      <Announcer />
    </div>
  );
}
