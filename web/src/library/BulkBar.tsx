import { GitCompare, RotateCw, Trash2, X } from 'lucide-react';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import { useWords } from '../words/useWords.ts';
import { compareAddress } from './addresses.ts';
import { ExportMenu } from './ExportMenu.tsx';
import { LabelMenu } from './LabelMenu.tsx';

interface Props {
  selected: ReadonlySet<number>;
  /** Images in the list. */
  all: number;
  onAll: () => void;
  onNone: () => void;
  onTrash: () => void;
}

/** What can be done with the images that are chosen. */
export function BulkBar({ selected, all, onAll, onNone, onTrash }: Props) {
  const { library } = useWords();
  const { api, toasts } = useParts();
  const mayChange = useMay('contributor');
  const mayManage = useMay('manager');
  const ids = [...selected];
  const [first, second] = ids;

  // Wherever the focus is: the tile that had it may have been scrolled out of the document.
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.key === 'Escape' && document.querySelector('[data-over-all]') === null) onNone();
    }
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [onNone]);

  async function reprocess(what: 'renditions' | 'detections'): Promise<void> {
    try {
      await api.reprocess(ids, what);
      toasts.say({ text: library.reprocessing(ids.length) });
      onNone();
    } catch (error) {
      toasts.complain(messageOf(error));
    }
  }

  return (
    <section
      aria-label={library.chosen}
      className="fixed inset-x-0 bottom-20 z-30 mx-auto flex w-fit max-w-[calc(100vw-1.5rem)] flex-wrap items-center justify-center gap-1.5 rounded-box border border-base-300 bg-base-100 px-3 py-2 shadow-xl lg:bottom-6"
    >
      <p role="status" className="px-1 font-medium tabular-nums">
        {library.chosenCount(selected.size)}
      </p>
      {selected.size < all && (
        <button type="button" className="btn btn-ghost btn-sm" onClick={onAll}>
          {library.chooseAll}
        </button>
      )}
      {selected.size === 2 && first !== undefined && (
        <Link className="btn btn-ghost btn-sm" to={compareAddress(first, second)}>
          <GitCompare aria-hidden className="size-4" />
          {library.compare}
        </Link>
      )}
      {mayChange && <LabelMenu ids={ids} />}
      <ExportMenu ids={ids} onDone={onNone} />
      {mayManage && (
        <button type="button" className="btn btn-ghost btn-sm" onClick={() => void reprocess('renditions')}>
          <RotateCw aria-hidden className="size-4" />
          {library.reprocess}
        </button>
      )}
      {mayChange && (
        <button type="button" className="btn btn-ghost btn-sm text-error" onClick={onTrash}>
          <Trash2 aria-hidden className="size-4" />
          {library.trash}
        </button>
      )}
      <button
        type="button"
        className="btn btn-ghost btn-square btn-sm"
        aria-label={library.chooseNone}
        onClick={onNone}
      >
        <X aria-hidden className="size-4" />
      </button>
    </section>
  );
}
