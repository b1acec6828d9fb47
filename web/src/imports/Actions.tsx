import { useMutation } from '@tanstack/react-query';
import { Pause, Play, RotateCcw, RotateCw, X } from 'lucide-react';
import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import type { Import, ImportAction } from '../api/types.ts';
import { formatCount } from '../format/size.ts';
import { countOf, isFinished, isRunning } from './states.ts';
import { useShowImport } from './useImports.ts';

/** What can be done with an import in its state. The API has the last word: a 409 is shown in its own words. */
export function Actions({ import: one }: { import: Import }) {
  const { api } = useParts();
  const show = useShowImport();
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

  return (
    <>
      {isRunning(one.status) && button('pause', Pause, 'Pause')}
      {one.status === 'paused' && button('resume', Play, 'Resume')}
      {!isFinished(one.status) && button('cancel', X, 'Cancel')}
      {failed > 0 &&
        isFinished(one.status) &&
        button('retry-failed', RotateCcw, `Retry ${formatCount(failed)} failed`)}
      {isFinished(one.status) && one.kind !== 'upload' && button('again', RotateCw, 'Import again')}
      {act.isError && (
        <p role="alert" className="order-last w-full text-sm text-error">
          {messageOf(act.error)}
        </p>
      )}
    </>
  );
}
