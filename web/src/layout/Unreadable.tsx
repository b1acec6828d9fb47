import { CircleAlert } from 'lucide-react';
import { messageOf } from '../api/problem.ts';
import { useWords } from '../words/useWords.ts';

interface Props {
  error: unknown;
  onRetry?: () => void;
}

/** In the place of what could not be read: why, and a way on. */
export function Unreadable({ error, onRetry }: Props) {
  const { shell } = useWords();
  return (
    <div role="alert" className="flex gap-3 rounded-box border border-error/40 bg-base-100 p-4">
      <CircleAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-error" />
      <div className="min-w-0 flex-1 break-words">
        <p className="font-medium">{shell.cannotRead}</p>
        <p className="text-muted">{messageOf(error)}</p>
        {onRetry !== undefined && (
          <button type="button" className="btn btn-plain btn-sm mt-3" onClick={onRetry}>
            {shell.retry}
          </button>
        )}
      </div>
    </div>
  );
}
