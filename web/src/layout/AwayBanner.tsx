import { WifiOff } from 'lucide-react';
import { useParts } from '../api/parts.ts';
import { useStore } from '../api/useStore.ts';
import { useWords } from '../words/useWords.ts';

/** Says that nobody answers, over the page and not in it: nothing moves, everything stays usable. */
export function AwayBanner() {
  const { reach } = useParts();
  const { shell } = useWords();
  const away = useStore(reach);
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-18 z-40 flex justify-center px-4 lg:bottom-4"
    >
      {away !== null && (
        <p className="pointer-events-auto flex items-center gap-3 rounded-box border border-warning/50 bg-base-100 px-4 py-3 text-sm shadow-xl">
          <WifiOff aria-hidden className="size-5 shrink-0 text-warning" />
          <span>
            <span className="font-medium">{away}</span> <span className="text-muted">{shell.away}</span>
          </span>
        </p>
      )}
    </div>
  );
}
