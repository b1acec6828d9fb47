import { ChevronLeft, ChevronRight, GitCompare, Trash2, X } from 'lucide-react';
import { Link } from 'react-router';
import { useMay } from '../access/useMay.ts';
import { compareAddress } from '../library/addresses.ts';
import { usePutAway } from '../library/usePutAway.ts';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';

interface Props {
  id: number;
  name: string;
  ready: boolean;
  /** `null`: there is none. */
  onPrevious: (() => void) | null;
  onNext: (() => void) | null;
  onClose: () => void;
  onGone: () => void;
}

export function AssetHeader({ id, name, ready, onPrevious, onNext, onClose, onGone }: Props) {
  const { asset: words, library } = useWords();
  const may = useMay('contributor');
  const putAway = usePutAway(onGone);
  return (
    <header className="flex items-center gap-1 border-b border-base-300 py-2 ps-4 pe-2">
      <h2 id="asset-heading" className="min-w-0 flex-1 truncate font-medium">
        <Name>{name}</Name>
      </h2>
      {ready && (
        <Link
          className="btn btn-ghost btn-square btn-sm"
          to={compareAddress(id)}
          aria-label={library.compare}
          title={library.compare}
        >
          <GitCompare aria-hidden className="size-4" />
        </Link>
      )}
      {ready && may && (
        <button
          type="button"
          className="btn btn-ghost btn-square btn-sm"
          aria-label={words.trash}
          title={words.trash}
          onClick={() => void putAway([id])}
        >
          <Trash2 aria-hidden className="size-4" />
        </button>
      )}
      <button
        type="button"
        className="btn btn-ghost btn-square btn-sm"
        aria-label={words.previous}
        disabled={onPrevious === null}
        onClick={() => onPrevious?.()}
      >
        <ChevronLeft aria-hidden className="size-5" />
      </button>
      <button
        type="button"
        className="btn btn-ghost btn-square btn-sm"
        aria-label={words.next}
        disabled={onNext === null}
        onClick={() => onNext?.()}
      >
        <ChevronRight aria-hidden className="size-5" />
      </button>
      <button
        type="button"
        className="btn btn-ghost btn-square btn-sm"
        aria-label={words.close}
        onClick={onClose}
      >
        <X aria-hidden className="size-5" />
      </button>
    </header>
  );
}
