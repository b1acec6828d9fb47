import { Download, Trash2, X } from 'lucide-react';
import type { Schemas } from '../../../client/client.ts';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { formatBytes, formatCount } from '../format/size.ts';
import { formatMoment } from '../format/time.ts';
import { useWords } from '../words/useWords.ts';

type Export = Schemas['Export'];

const LOOKS: Readonly<Record<Export['state'], string>> = {
  pending: 'badge-neutral',
  collecting: 'badge-primary',
  writing: 'badge-primary',
  completed: 'badge-success',
  failed: 'badge-error',
  cancelled: 'badge-neutral',
  expired: 'badge-neutral',
};

export const isOver = ({ state }: Export): boolean =>
  state !== 'pending' && state !== 'collecting' && state !== 'writing';

/** One export: how far it is, and its file. */
export function ExportCard({ export: one, may }: { export: Export; may: boolean }) {
  const { api, session } = useParts();
  const { exports: words } = useWords();
  const path = { id: one.export_id };
  const cancel = useAct(() => api.ask(api.client.POST('/exports/{id}/cancel', { params: { path } })), {
    stale: ['exports'],
  });
  const drop = useAct(() => api.done(api.client.DELETE('/exports/{id}/file', { params: { path } })), {
    stale: ['exports'],
    said: () => words.dropped,
  });
  const leftOut = Object.entries(one.left_out).filter(([, count]) => count > 0);
  return (
    <article
      aria-label={words.formats[one.format]}
      data-export={one.state}
      className="rounded-box border border-base-300 bg-base-100 p-4"
    >
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold">{words.formats[one.format]}</h2>
          <p className="text-sm text-muted">
            {words.images(one.images)} · {formatMoment(one.created_at)}
            {one.bytes !== null && ` · ${formatBytes(one.bytes)}`}
            {one.expires_at !== null && ` · ${words.until(formatMoment(one.expires_at))}`}
          </p>
        </div>
        <span className={`badge badge-soft badge-sm ${LOOKS[one.state]}`}>{words.states[one.state]}</span>
      </div>
      {!isOver(one) && (
        <progress
          className="progress progress-primary mt-3 h-2 w-full"
          aria-label={words.progress}
          max={Math.max(1, one.images)}
          value={one.collected}
        />
      )}
      {leftOut.length > 0 && (
        <p className="mt-2 text-sm text-muted">
          {leftOut.map(([why, count]) => words.leftOut(formatCount(count), why)).join(' ')}
        </p>
      )}
      {one.error !== null && (
        <p className="mt-2 text-sm">
          <span className="font-medium text-error">{one.error.title}.</span> {one.error.advice}
        </p>
      )}
      <div className="mt-3 flex flex-wrap gap-2">
        {one.state === 'completed' && one.file_url !== null && (
          <a className="btn btn-primary btn-sm" href={session.viewable(one.file_url)} download>
            <Download aria-hidden className="size-4" />
            {words.download}
          </a>
        )}
        {may && one.state === 'completed' && (
          <button
            type="button"
            className="btn btn-ghost btn-sm"
            disabled={drop.isPending}
            onClick={() => drop.mutate(undefined)}
          >
            <Trash2 aria-hidden className="size-4" />
            {words.drop}
          </button>
        )}
        {may && !isOver(one) && (
          <button
            type="button"
            className="btn btn-plain btn-sm"
            disabled={cancel.isPending}
            onClick={() => cancel.mutate(undefined)}
          >
            <X aria-hidden className="size-4" />
            {words.cancel}
          </button>
        )}
      </div>
    </article>
  );
}
