import { useWords } from '../words/useWords.ts';
import { PlaceList } from './PlaceList.tsx';
import { Wishes } from './Wishes.tsx';

/** The way to every page, where there is room beside it. */
export function SideBar() {
  const { pages } = useWords().shell;
  return (
    <nav
      aria-label={pages}
      className="sticky top-0 hidden max-h-dvh w-52 shrink-0 space-y-6 self-start overflow-y-auto py-2 [scrollbar-width:thin] lg:block"
    >
      <PlaceList />
      <div className="px-3 pb-4">
        <Wishes />
      </div>
    </nav>
  );
}
