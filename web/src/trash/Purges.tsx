import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import type { Purge } from '../api/types.ts';
import { formatBytes, formatCount } from '../format/size.ts';
import { formatMoment } from '../format/time.ts';
import { Panel } from '../layout/Panel.tsx';
import { useWords } from '../words/useWords.ts';

const UNDER_WAY: readonly Purge['status'][] = ['approved', 'hidden', 'deleting'];
/** It can be put back as long as nothing was deleted. */
const UNDOABLE: readonly Purge['status'][] = ['approved', 'hidden'];

/** What was deleted for good, or is about to be. */
export function Purges({ mayUndo }: { mayUndo: boolean }) {
  const { trash: words } = useWords();
  const { api, toasts } = useParts();
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey: ['purges'],
    queryFn: () => api.purges(1),
    refetchInterval: ({ state }) =>
      state.data?.purges.some(({ status }) => UNDER_WAY.includes(status)) === true ? 2_000 : false,
  });
  const undoing = useMutation({
    mutationFn: (id: string) => api.undoPurge(id),
    async onSuccess() {
      toasts.say({ text: words.puttingBack });
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['purges'] }),
        queries.invalidateQueries({ queryKey: ['trash'] }),
      ]);
    },
    onError: (problem) => toasts.complain(messageOf(problem)),
  });
  const approved = (data?.purges ?? []).filter(({ status }) => status !== 'listed');
  if (approved.length === 0) return null;
  return (
    <Panel title={words.purges}>
      <ul className="divide-y divide-base-300">
        {approved.map((purge) => (
          <li key={purge.id} data-status={purge.status} className="flex flex-wrap items-center gap-3 py-2">
            <div className="min-w-0 flex-1">
              <p>
                <span className="font-medium">{words.states[purge.status]}</span>
                {' · '}
                {words.ofImages(purge.count, formatBytes(purge.bytes))}
              </p>
              <p className="text-sm text-muted">
                {formatMoment(purge.approved_at ?? purge.created_at)}
                {UNDOABLE.includes(purge.status) &&
                  purge.undo_until !== null &&
                  ` · ${words.undoUntil(formatMoment(purge.undo_until))}`}
                {purge.report !== null &&
                  purge.status === 'completed' &&
                  ` · ${words.freed(formatCount(purge.report.deleted), formatBytes(purge.report.bytes_freed))}`}
              </p>
            </div>
            {mayUndo && UNDOABLE.includes(purge.status) && (
              <button
                type="button"
                className="btn btn-plain btn-sm"
                disabled={undoing.isPending}
                onClick={() => undoing.mutate(purge.id)}
              >
                {words.putBack}
              </button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
