import { useMutation } from '@tanstack/react-query';
import { Pause, Play, RotateCcw, RotateCw, X } from 'lucide-react';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import type { Import, ImportAction } from '../api/types.ts';
import { formatCount } from '../format/size.ts';
import { useWords } from '../words/useWords.ts';
import { countOf, isFinished, isRunning } from './states.ts';
import { useShowImport } from './useImports.ts';

/** What can be done with an import in its state. The API has the last word: a 409 is shown in its own words. */
export function Actions({ import: one }: { import: Import }) {
  const { api } = useParts();
  const show = useShowImport();
  const { imports } = useWords();
  const may = useMay('contributor');
  const act = useMutation({
    mutationFn: (action: ImportAction | 'again') =>
      action === 'again' ? api.startImport(one.address) : api.steerImport(one.id, action),
    onSuccess: show,
  });
  const failed = countOf(one, 'failed');
  const button = (action: ImportAction | 'again', Icon: typeof Pause, label: string) => (
    <button
      type="button"
      className="btn btn-plain btn-sm"
      aria-disabled={act.isPending}
      onClick={() => {
        if (!act.isPending) act.mutate(action);
      }}
    >
      <Icon aria-hidden className="size-4" />
      {label}
    </button>
  );

  if (!may) return null;
  return (
    <>
      {isRunning(one.status) && button('pause', Pause, imports.pause)}
      {one.status === 'paused' && button('resume', Play, imports.resume)}
      {!isFinished(one.status) && button('cancel', X, imports.cancel)}
      {failed > 0 &&
        isFinished(one.status) &&
        button('retry-failed', RotateCcw, imports.retryFailed(formatCount(failed)))}
      {isFinished(one.status) && one.kind !== 'upload' && button('again', RotateCw, imports.again)}
      {act.isError && (
        <p role="alert" className="order-last w-full text-sm text-error">
          {messageOf(act.error)}
        </p>
      )}
    </>
  );
}
