import { RotateCcw } from 'lucide-react';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';
import type { FailedFile, UploadQueue } from './uploadState.ts';

/** More than anyone reads; the others count, and "Retry all" reaches them. */
const LISTED = 50;

interface Props {
  failed: readonly FailedFile[];
  queue: UploadQueue<File>;
}

export function FailedUploads({ failed, queue }: Props) {
  const { uploads } = useWords();
  return (
    <section aria-label={uploads.failedTitle} className="rounded-md bg-error/10 p-2.5">
      <div className="flex flex-wrap items-center gap-2">
        <p className="flex-1 font-medium text-error">{uploads.notUploaded(failed.length)}</p>
        <button
          type="button"
          className="btn btn-plain btn-xs"
          onClick={() => queue.retry(failed.map(({ id }) => id))}
        >
          {uploads.retryAll}
        </button>
        <button type="button" className="btn btn-ghost btn-xs" onClick={queue.dismissFailed}>
          {uploads.dismiss}
        </button>
      </div>
      <ul className="mt-2 max-h-56 space-y-2 overflow-y-auto">
        {failed.slice(0, LISTED).map(({ id, name, reason }) => (
          <li key={id} className="flex items-start gap-2">
            <div className="min-w-0 flex-1 break-words">
              <p className="font-medium">
                <Name>{name}</Name>
              </p>
              <p>{reason}</p>
            </div>
            <button type="button" className="btn btn-plain btn-xs" onClick={() => queue.retry([id])}>
              <RotateCcw aria-hidden className="size-3.5" />
              {uploads.retry}
            </button>
          </li>
        ))}
      </ul>
      {failed.length > LISTED && <p className="mt-2 text-muted">{uploads.andMore(failed.length - LISTED)}</p>}
    </section>
  );
}
