import { Pause, Play, X } from 'lucide-react';
import { useParts } from '../api/parts.ts';
import { formatBytes, formatCount } from '../format/size.ts';
import { useWords } from '../words/useWords.ts';
import type { UploadState } from './uploadState.ts';

interface Props {
  state: UploadState;
  busy: boolean;
}

/** The queue in one line, and whether the page may be closed. */
export function UploadSum({ state, busy }: Props) {
  const { queue } = useParts().uploads;
  const { uploads } = useWords();
  const done = state.stored + state.duplicate;
  const percent = state.bytesTotal === 0 ? 100 : Math.min(100, (state.bytesSent / state.bytesTotal) * 100);
  return (
    <div>
      <div className="flex min-h-7 flex-wrap items-center gap-2">
        <p className="min-w-0 flex-1 tabular-nums">
          {busy ? uploads.sentOf(formatCount(done), state.total) : uploads.sent(done)}
          {state.duplicate > 0 && (
            <span className="text-muted"> · {uploads.alreadyThere(formatCount(state.duplicate))}</span>
          )}
          {state.settling > 0 && (
            <span className="text-muted"> · {uploads.inWork(formatCount(state.settling))}</span>
          )}
          {busy && <span className="text-muted"> · {formatBytes(state.bytesTotal)}</span>}
        </p>
        {busy && (
          <>
            <button
              type="button"
              className="btn btn-ghost btn-xs"
              onClick={state.paused ? queue.goOn : queue.pause}
            >
              {state.paused ? (
                <Play aria-hidden className="size-3.5" />
              ) : (
                <Pause aria-hidden className="size-3.5" />
              )}
              {state.paused ? uploads.goOn : uploads.pause}
            </button>
            <button type="button" className="btn btn-ghost btn-xs" onClick={queue.cancel}>
              <X aria-hidden className="size-3.5" />
              {uploads.stop}
            </button>
          </>
        )}
      </div>
      {busy && (
        <progress
          className="progress progress-primary h-2 w-full"
          aria-label={uploads.progress}
          max={100}
          value={percent}
        />
      )}
      <p className={busy ? 'text-muted' : 'text-success'} data-safe={!busy}>
        {busy ? uploads.keepOpen : uploads.safeToClose}
      </p>
      {state.held !== null && (
        <p className="text-warning">
          {state.held} {uploads.tryingAgain}
        </p>
      )}
    </div>
  );
}
