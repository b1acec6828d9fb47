import { Dialog } from '@base-ui/react/dialog';
import { Ellipsis, X } from 'lucide-react';
import { useState } from 'react';
import { NavLink } from 'react-router';
import { useParts } from '../api/parts.ts';
import { useWords } from '../words/useWords.ts';
import { PlaceList } from './PlaceList.tsx';
import { BASE, NEAREST } from './places.ts';
import { Wishes } from './Wishes.tsx';

const ITEM = 'flex h-full w-full flex-col items-center justify-center gap-0.5 text-[0.6875rem] leading-tight';

/** The way to every page on a narrow screen: the nearest below the thumb, the others in a sheet. */
export function PhoneBar() {
  const { session } = useParts();
  const { shell } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <nav
      aria-label={shell.nearest}
      className="fixed inset-x-0 bottom-0 z-30 border-t border-base-300 bg-base-100 pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      <ul className="mx-auto grid h-14 max-w-xl auto-cols-fr grid-flow-col">
        {NEAREST.filter(({ needs }) => needs === undefined || session.may(needs)).map(
          ({ name, to, icon: Icon }) => (
            <li key={name} className="min-w-0">
              <NavLink
                to={to}
                end={to === BASE}
                className={({ isActive }) => `${ITEM} ${isActive ? 'text-primary' : ''}`}
              >
                <Icon aria-hidden className="size-5" />
                <span className="w-full truncate px-1 text-center">{shell.places[name]}</span>
              </NavLink>
            </li>
          ),
        )}
        <li>
          <Dialog.Root open={open} onOpenChange={setOpen}>
            <Dialog.Trigger className={`${ITEM} cursor-pointer`}>
              <Ellipsis aria-hidden className="size-5" />
              {shell.more}
            </Dialog.Trigger>
            <Dialog.Portal>
              <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/50" />
              <Dialog.Popup className="fixed inset-x-0 bottom-0 z-50 max-h-[85dvh] overflow-y-auto rounded-t-box bg-base-100 p-4 pb-8 text-base-content">
                <div className="mb-2 flex items-center">
                  <Dialog.Title className="flex-1 text-lg font-semibold">{shell.moreTitle}</Dialog.Title>
                  <Dialog.Close className="btn btn-ghost btn-square btn-sm" aria-label={shell.close}>
                    <X aria-hidden className="size-5" />
                  </Dialog.Close>
                </div>
                <nav aria-label={shell.moreTitle}>
                  <PlaceList onGo={() => setOpen(false)} />
                </nav>
                <div className="mt-6 px-3">
                  <Wishes />
                </div>
              </Dialog.Popup>
            </Dialog.Portal>
          </Dialog.Root>
        </li>
      </ul>
    </nav>
  );
}
