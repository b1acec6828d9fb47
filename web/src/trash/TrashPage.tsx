import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import { Empty } from '../layout/Empty.tsx';
import { Page } from '../layout/Page.tsx';
import { PageTurner } from '../layout/PageTurner.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { useWords } from '../words/useWords.ts';

import { PurgePanel } from './PurgePanel.tsx';
import { Purges } from './Purges.tsx';
import { TrashedTile } from './TrashedTile.tsx';

/** What was put away: back again, or gone for good after a look at what that would be. */
export function TrashPage() {
  const { trash: words } = useWords();
  const { api, toasts } = useParts();
  const queries = useQueryClient();
  const mayRestore = useMay('contributor');
  const mayPurge = useMay('manager');
  const [page, setPage] = useState(1);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const { data, error, refetch } = useQuery({
    queryKey: ['trash', page],
    queryFn: () => api.trash(page),
    placeholderData: (held) => held,
  });

  const restoring = useMutation({
    mutationFn: (ids: readonly number[]) => api.restoreImages(ids),
    onSuccess(back) {
      setChosen(new Set());
      toasts.say({
        text: words.restored(back.length),
        undo: async () => {
          await api.trashImages(back);
          await queries.invalidateQueries({ queryKey: ['trash'] });
        },
      });
      return queries.invalidateQueries({ queryKey: ['trash'] });
    },
    onError: (problem) => toasts.complain(messageOf(problem)),
  });
  const images = data?.images ?? [];
  const restorable = images.filter(({ purge_id }) => purge_id === null).map(({ id }) => id);
  const picked = restorable.filter((id) => chosen.has(id));

  function toggle(id: number): void {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  }

  return (
    <Page
      title={words.title}
      intro={words.intro}
      actions={
        mayRestore &&
        restorable.length > 0 && (
          <>
            <button
              type="button"
              className="btn btn-plain btn-sm"
              onClick={() => setChosen(new Set(picked.length === restorable.length ? [] : restorable))}
            >
              {picked.length === restorable.length ? words.chooseNone : words.chooseAll}
            </button>
            <button
              type="button"
              className="btn btn-primary btn-sm"
              disabled={picked.length === 0 || restoring.isPending}
              onClick={() => restoring.mutate(picked)}
            >
              <Undo2 aria-hidden className="size-4" />
              {words.restore(picked.length)}
            </button>
          </>
        )
      }
    >
      <div className="space-y-6">
        {error !== null && data === undefined && <Unreadable error={error} onRetry={() => void refetch()} />}
        {error === null && data === undefined && <Waiting rows={2} height="h-40" />}
        {data !== undefined && images.length === 0 && (
          <Empty icon={Trash2} title={words.empty} advice={words.emptyAdvice} />
        )}
        {images.length > 0 && (
          <>
            <ul
              aria-label={words.title}
              className="grid grid-cols-[repeat(auto-fill,minmax(8.5rem,1fr))] gap-2"
            >
              {images.map((image) => (
                <TrashedTile
                  key={image.id}
                  image={image}
                  chosen={chosen.has(image.id)}
                  onToggle={mayRestore && image.purge_id === null ? () => toggle(image.id) : null}
                />
              ))}
            </ul>
            <PageTurner page={page} pages={data?.pages ?? 1} onGo={setPage} />
          </>
        )}
        {mayPurge && <PurgePanel />}
        <Purges mayUndo={mayPurge} />
      </div>
    </Page>
  );
}
