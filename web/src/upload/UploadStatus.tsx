import { useParts } from '../api/parts.ts';
import { useStore } from '../api/useStore.ts';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';
import { FailedUploads } from './FailedUploads.tsx';
import { UploadSum } from './UploadSum.tsx';
import type { SendingFile } from './uploadState.ts';

/** The queue in a few lines, however long it is: a sum, the files on their way, the failures. */
export function UploadStatus() {
  const { uploads } = useParts();
  const words = useWords().uploads;
  const state = useStore(uploads.queue);
  const aside = useStore(uploads.aside);
  const busy = state.waiting + state.sending.length > 0;

  return (
    <div className="space-y-2 text-sm" data-uploads={busy ? 'busy' : 'idle'}>
      {state.total > 0 && <UploadSum state={state} busy={busy} />}
      {state.sending.length > 0 && (
        <ul className="space-y-1.5" aria-label={words.sendingNow}>
          {state.sending.map((file) => (
            <Sending key={file.id} file={file} />
          ))}
        </ul>
      )}
      {aside.leftOut > 0 && <p className="text-muted">{words.leftOut(aside.leftOut)}</p>}
      {aside.unread !== null && <p className="text-error">{words.unread(aside.unread)}</p>}
      {state.failed.length > 0 && <FailedUploads failed={state.failed} queue={uploads.queue} />}
    </div>
  );
}

function Sending({ file }: { file: SendingFile }) {
  const { uploads } = useWords();
  const percent = Math.floor(file.share * 100);
  return (
    <li>
      <div className="flex gap-2">
        <span className="min-w-0 flex-1 truncate">
          <Name>{file.name}</Name>
        </span>
        <span className="text-muted tabular-nums">
          {file.share >= 1 ? uploads.storing : uploads.percent(percent)}
        </span>
      </div>
      <div className="h-1 overflow-hidden rounded-full bg-base-300">
        <div className="h-full bg-primary" style={{ width: `${percent}%` }} />
      </div>
    </li>
  );
}
