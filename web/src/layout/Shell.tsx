import { Suspense, useEffect } from 'react';
import { Outlet, useLocation, useNavigation } from 'react-router';
import { DropAnywhere } from '../upload/DropAnywhere.tsx';
import { UploadTray } from '../upload/UploadTray.tsx';
import { useWords } from '../words/useWords.ts';
import { Announcer } from './Announcer.tsx';
import { AwayBanner } from './AwayBanner.tsx';
import { Header } from './Header.tsx';
import { PhoneBar } from './PhoneBar.tsx';
import { SideBar } from './SideBar.tsx';
import { Toaster } from './Toaster.tsx';
import { Waiting } from './Waiting.tsx';

/** What is around every page. */
export function Shell() {
  const { shell } = useWords();
  const { pathname } = useLocation();
  const going = useNavigation().state === 'loading';

  useEffect(() => {
    if (pathname !== '') window.scrollTo(0, 0);
  }, [pathname]);

  return (
    <div className="min-h-dvh bg-base-200 text-base-content">
      <a
        href="#content"
        className="btn btn-primary btn-sm sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-40"
      >
        {shell.skip}
      </a>
      <Header />
      <div className="mx-auto flex max-w-[1840px] lg:gap-6 lg:px-6">
        <SideBar />
        <main
          id="content"
          tabIndex={-1}
          aria-busy={going}
          className="min-w-0 flex-1 px-4 pb-28 focus:outline-none lg:px-0 lg:pb-16"
        >
          <Suspense fallback={<Waiting />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <PhoneBar />
      <UploadTray />
      <AwayBanner />
      <DropAnywhere />
      <Toaster />
      <Announcer />
    </div>
  );
}
