import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useParts } from '../api/parts.ts';
import { useStore } from '../api/useStore.ts';
import { useWords } from '../words/useWords.ts';
import { UploadStatus } from './UploadStatus.tsx';
import { useLeaveWarning } from './useLeaveWarning.ts';
import { useUploadAnnouncements } from './useUploadAnnouncements.ts';

/** What is being sent from this browser, on every page: files may be dropped on any of them. */
export function UploadTray() {
  const { uploads } = useParts();
  const { shell, uploads: words } = useWords();
  const state = useStore(uploads.queue);
  const aside = useStore(uploads.aside);
  const [folded, setFolded] = useState(false);
  const [dismissed, setDismissed] = useState(false);
  const busy = state.waiting + state.sending.length > 0;
  useLeaveWarning(busy);
  useUploadAnnouncements(state, busy);
  useEffect(() => {
    if (busy || state.failed.length > 0) setDismissed(false);
  }, [busy, state.failed.length]);

  const empty =
    state.total === 0 && state.failed.length === 0 && aside.leftOut === 0 && aside.unread === null;
  if (empty || dismissed) return null;
  const Fold = folded ? ChevronUp : ChevronDown;
  return (
    <section
      aria-label={words.trayTitle}
      className="fixed inset-x-2 bottom-16 z-20 rounded-box border border-base-300 bg-base-100 shadow-xl sm:start-auto sm:end-4 sm:w-96 lg:bottom-4"
    >
      <div className="flex items-center gap-1 py-1 ps-4 pe-1">
        <h2 className="flex-1 font-semibold">{words.trayTitle}</h2>
        <button
          type="button"
          className="btn btn-ghost btn-square btn-sm"
          aria-label={words.trayTitle}
          aria-expanded={!folded}
          onClick={() => setFolded(!folded)}
        >
          <Fold aria-hidden className="size-4" />
        </button>
        {!busy && (
          <button
            type="button"
            className="btn btn-ghost btn-square btn-sm"
            aria-label={shell.dismiss}
            onClick={() => setDismissed(true)}
          >
            <X aria-hidden className="size-4" />
          </button>
        )}
      </div>
      {!folded && (
        <div className="max-h-[50dvh] overflow-y-auto px-4 pb-3">
          <UploadStatus />
        </div>
      )}
    </section>
  );
}
