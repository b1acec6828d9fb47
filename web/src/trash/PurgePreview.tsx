import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Problem } from '../../../client/problem.ts';
import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import type { Purge } from '../api/types.ts';
import { formatBytes, formatCount } from '../format/size.ts';
import { formatDay } from '../format/time.ts';
import { PageTurner } from '../layout/PageTurner.tsx';
import { Thumb } from '../library/Thumb.tsx';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';

/** What would go: every picture and every byte. Approving means this list, and nothing that came since. */
export function PurgePreview({ purge, onDone }: { purge: Purge; onDone: () => void }) {
  const { trash: words, shell } = useWords();
  const { api, toasts } = useParts();
  const queries = useQueryClient();
  const [page, setPage] = useState(1);
  const [most, setMost] = useState<string | null>(null);
  const [sure, setSure] = useState(false);
  const { data } = useQuery({
    queryKey: ['purge images', purge.id, page],
    queryFn: () => api.purgeImages(purge.id, page),
    placeholderData: (held) => held,
  });

  const approving = useMutation({
    mutationFn: () => api.approvePurge(purge, sure),
    async onSuccess(approved) {
      toasts.say({
        text: words.approved(approved.count),
        undo: async () => {
          await api.undoPurge(approved.id);
          await queries.invalidateQueries({ queryKey: ['purges'] });
        },
      });
      onDone();
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['purges'] }),
        queries.invalidateQueries({ queryKey: ['trash'] }),
      ]);
    },
    onError(problem) {
      if (problem instanceof Problem && problem.code === 'purge_takes_most') setMost(problem.message);
      else toasts.complain(messageOf(problem));
    },
  });

  if (purge.count === 0) {
    return (
      <p role="status" className="mt-4 font-medium">
        {words.nothingGoes}
      </p>
    );
  }
  return (
    <div data-purge={purge.id} className="mt-4 space-y-3 border-t border-base-300 pt-4">
      <p role="status" className="text-lg font-medium">
        {words.wouldGo(purge.count, formatBytes(purge.bytes))}
      </p>
      <p className="text-sm text-muted">
        {purge.oldest !== null && purge.newest !== null && (
          <>{words.between(formatDay(purge.oldest), formatDay(purge.newest))} </>
        )}
        {!purge.complete && words.notAll}
      </p>
      <ul
        aria-label={words.wouldGo(purge.count, formatBytes(purge.bytes))}
        className="grid grid-cols-[repeat(auto-fill,minmax(5.5rem,1fr))] gap-1.5"
      >
        {data?.images.map((image) => (
          <li key={image.id} title={visibleText(image.name)} className="relative">
            <Thumb image={image} alt={visibleText(image.name)} />
            <span className="absolute end-1 bottom-1 rounded-sm bg-black/70 px-1 text-xs text-white tabular-nums">
              {formatBytes(image.purge_bytes)}
            </span>
          </li>
        ))}
      </ul>
      <PageTurner page={page} pages={data?.pages ?? 1} onGo={setPage} />
      {most !== null && (
        <label className="flex items-start gap-2 rounded-box border border-error/50 p-3">
          <input
            type="checkbox"
            className="checkbox checkbox-error checkbox-sm mt-0.5"
            checked={sure}
            onChange={(event) => setSure(event.target.checked)}
          />
          <span>
            <span className="block font-medium text-error">{words.takesMost}</span>
            <span lang="en" className="text-sm text-muted">
              {most}
            </span>
          </span>
        </label>
      )}
      <div className="flex flex-wrap gap-2">
        <button
          type="button"
          className="btn btn-error"
          disabled={approving.isPending || (most !== null && !sure)}
          onClick={() => approving.mutate()}
        >
          <Trash2 aria-hidden className="size-4" />
          {words.goAhead(formatCount(purge.count))}
        </button>
        <button type="button" className="btn btn-plain" onClick={onDone}>
          {shell.cancel}
        </button>
      </div>
    </div>
  );
}
