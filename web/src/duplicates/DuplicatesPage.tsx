import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Copy } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import type { DuplicateGroup } from '../api/types.ts';
import { Empty } from '../layout/Empty.tsx';
import { Page } from '../layout/Page.tsx';
import { PageTurner } from '../layout/PageTurner.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { useWords } from '../words/useWords.ts';
import { Group } from './Group.tsx';

/** Distances that groups are kept for, from the same picture saved again to one that only looks alike. */
const DISTANCES = [0, 2, 4, 6, 8, 10] as const;
const USUAL = 6;

/** Pictures that look alike, group by group, with a suggestion which one to keep. */
export function DuplicatesPage() {
  const { duplicates: words } = useWords();
  const { api, toasts } = useParts();
  const queries = useQueryClient();
  const may = useMay('contributor');
  const [page, setPage] = useState(1);
  const [distance, setDistance] = useState(USUAL);
  const { data, error, refetch } = useQuery({
    queryKey: ['duplicates', page, distance],
    queryFn: () => api.duplicates(page, distance),
    placeholderData: (held) => held,
  });
  const again = () => queries.invalidateQueries({ queryKey: ['duplicates'] });

  async function decide(text: string, act: () => Promise<() => Promise<unknown>>): Promise<void> {
    try {
      const undo = await act();
      toasts.say({
        text,
        undo: async () => {
          await undo();
          await again();
        },
      });
      await again();
    } catch (problem) {
      toasts.complain(messageOf(problem));
    }
  }
  const merge = (keep: number, remove: readonly number[]): Promise<void> =>
    decide(words.merged(remove.length), async () => {
      const { id } = await api.merge(keep, remove);
      return () => api.undoMerge(id);
    });
  const dismiss = (group: DuplicateGroup): Promise<void> =>
    decide(words.dismissed, async () => {
      const { id } = await api.dismiss(group.images.map((image) => image.id));
      return () => api.takeBackDismissal(id);
    });

  return (
    <Page
      title={words.title}
      intro={words.intro}
      actions={
        <label className="flex items-center gap-2 text-sm">
          <span className="text-muted">{words.distance}</span>
          <select
            className="select select-sm w-auto"
            value={distance}
            onChange={(event) => {
              setDistance(Number(event.target.value));
              setPage(1);
            }}
          >
            {DISTANCES.map((each) => (
              <option key={each} value={each}>
                {words.distances[each]}
              </option>
            ))}
          </select>
        </label>
      }
    >
      {error !== null && data === undefined && <Unreadable error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <Waiting rows={2} height="h-56" />}
      {data?.total === 0 && <Empty icon={Copy} title={words.none} advice={words.noneAdvice} />}
      {data !== undefined && data.total > 0 && (
        <div className="space-y-4">
          <p role="status" className="text-sm text-muted">
            {words.groups(data.total)}
          </p>
          {data.groups.map((group) => (
            <Group
              key={`${group.id} ${group.images.map((image) => image.id).join()}`}
              group={group}
              may={may}
              onMerge={merge}
              onDismiss={() => void dismiss(group)}
            />
          ))}
          <PageTurner page={page} pages={data.pages} onGo={setPage} />
        </div>
      )}
    </Page>
  );
}
