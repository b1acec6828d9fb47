import { X } from 'lucide-react';
import { useParts } from '../api/parts.ts';
import { useStore } from '../api/useStore.ts';
import { formatBytes, formatCount, plural } from '../format/size.ts';
import { Name } from '../names/Name.tsx';
import { FailedUploads } from './FailedUploads.tsx';
import type { SendingFile, UploadState } from './uploadState.ts';
import { useLeaveWarning } from './useLeaveWarning.ts';
import { useUploadAnnouncements } from './useUploadAnnouncements.ts';

/** The queue in a few lines, however long it is: a sum, the files on their way, the failures. */
export function UploadStatus() {
  const { uploads } = useParts();
  const state = useStore(uploads.queue);
  const aside = useStore(uploads.aside);
  const busy = state.waiting + state.sending.length > 0;
  useLeaveWarning(busy);
  useUploadAnnouncements(state, busy);

  if (state.total === 0 && state.failed.length === 0 && aside.leftOut === 0 && aside.unread === null)
    return null;
  return (
    <div className="mt-3 space-y-2 text-sm" data-uploads={busy ? 'busy' : 'idle'}>
      {state.total > 0 && <Sum state={state} busy={busy} onCancel={uploads.queue.cancel} />}
      {state.sending.length > 0 && (
        <ul className="space-y-1.5" aria-label="Uploading now">
          {state.sending.map((file) => (
            <Sending key={file.id} file={file} />
          ))}
        </ul>
      )}
      {aside.leftOut > 0 && (
        <p className="text-muted">{plural(aside.leftOut, 'file')} left out: not images.</p>
      )}
      {aside.unread !== null && (
        <p className="text-error">A folder could not be read to its end: {aside.unread}</p>
      )}
      {state.failed.length > 0 && <FailedUploads failed={state.failed} queue={uploads.queue} />}
    </div>
  );
}

function Sum({ state, busy, onCancel }: { state: UploadState; busy: boolean; onCancel: () => void }) {
  const done = state.stored + state.duplicate;
  const percent = state.bytesTotal === 0 ? 100 : Math.min(100, (state.bytesSent / state.bytesTotal) * 100);
  return (
    <div>
      <div className="flex min-h-7 items-center gap-2">
        <p className="min-w-0 flex-1 tabular-nums">
          {busy
            ? `${formatCount(done)} of ${plural(state.total, 'file')} uploaded`
            : `${plural(done, 'file')} uploaded`}
          {state.duplicate > 0 && (
            <span className="text-muted"> · {formatCount(state.duplicate)} already there</span>
          )}
          {state.settling > 0 && (
            <span className="text-muted"> · {formatCount(state.settling)} being processed</span>
          )}
          {busy && <span className="text-muted"> · {formatBytes(state.bytesTotal)}</span>}
        </p>
        {busy && (
          <button type="button" className="btn btn-ghost btn-xs" onClick={onCancel}>
            <X aria-hidden className="size-3.5" />
            Stop
          </button>
        )}
      </div>
      {busy && (
        <progress
          className="progress progress-primary h-2 w-full"
          aria-label="Upload"
          max={100}
          value={percent}
        />
      )}
      {state.held !== null && <p className="text-warning">{state.held} Trying again shortly.</p>}
    </div>
  );
}

function Sending({ file }: { file: SendingFile }) {
  const percent = Math.floor(file.share * 100);
  return (
    <li>
      <div className="flex gap-2">
        <span className="min-w-0 flex-1 truncate">
          <Name>{file.name}</Name>
        </span>
        <span className="text-muted tabular-nums">{file.share >= 1 ? 'storing …' : `${percent} %`}</span>
      </div>
      <div className="h-1 overflow-hidden rounded-full bg-base-300">
        <div className="h-full bg-primary" style={{ width: `${percent}%` }} />
      </div>
    </li>
  );
}
