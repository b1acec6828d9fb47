import { useQueryClient } from '@tanstack/react-query';
import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import type { Annotations, Statement } from '../api/types.ts';
import { boxesOf } from '../asset/boxes.ts';
import { useWords } from '../words/useWords.ts';

/** As many images as are spoken of at once: each is asked for and told by itself. */
export const MOST = 200;
/** Of these so many at a time. */
const AT_ONCE = 4;

interface Told {
  said: Statement[];
  /** What takes it back. */
  undone: Statement[];
}

/**
 * Says one thing of many images: that all their boxes show this, or, with `null`, that nothing is to be seen. It can
 * be taken back at once. Images without a box are left as they are, and counted.
 */
export function useLabelMany(): (ids: readonly number[], label: string | null) => Promise<void> {
  const { api, session, toasts } = useParts();
  const { asset, library } = useWords();
  const queries = useQueryClient();
  const author = session.me()?.name ?? asset.somebody;
  const stale = ['annotations', 'asset', 'facet', 'outline', 'review'];
  const refresh = (): Promise<unknown> =>
    Promise.all(stale.map((key) => queries.invalidateQueries({ queryKey: [key] })));

  return async (ids, label) => {
    const back: [id: number, undone: Statement[]][] = [];
    let done = 0;
    const left = [...ids];
    async function work(): Promise<void> {
      for (let id = left.shift(); id !== undefined; id = left.shift()) {
        const { said, undone } = statementsOf(await api.annotations(id), label, author);
        if (said.length === 0) continue;
        back.push([id, undone]);
        for (const statement of said) await api.annotate(id, statement);
        done += 1;
      }
    }
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    } catch (error) {
      left.length = 0;
      toasts.complain(messageOf(error));
    }
    await refresh();
    if (back.length > 0) {
      const undo = async (): Promise<void> => {
        for (const [id, undone] of back) for (const statement of undone) await api.annotate(id, statement);
        await refresh();
      };
      toasts.say({ text: label === null ? library.saidNothing(done) : library.labelled(done, label), undo });
    }
    if (done < ids.length && label !== null) toasts.say({ text: library.nothingToLabel(ids.length - done) });
  };
}

/** What is to be said of an image; nothing where it is said already, or there is no box to say it of. */
function statementsOf(annotations: Annotations, label: string | null, author: string): Told {
  const told: Told = { said: [], undone: [] };
  const boxes = boxesOf(annotations, null);
  if (label === null) {
    if (annotations.nothing_here) return told;
    told.said.push({ action: 'nothing_here', author });
    told.undone.push({ action: 'something_here', author });
    // Boxes of people go with that, and come back by being said again.
    for (const { annotationId, label: before, box } of boxes)
      if (annotationId !== null)
        told.undone.push({
          ...{ action: 'change', annotation_id: annotationId, author },
          ...{ label: before, bbox: [...box] },
        });
    return told;
  }
  for (const box of boxes) {
    if (box.annotationId !== null) {
      if (box.label === label) continue;
      const of = { action: 'change' as const, annotation_id: box.annotationId, author };
      told.said.push({ ...of, label });
      told.undone.push({ ...of, label: box.label });
    } else if (box.detectionId !== null) {
      const of = { detection_id: box.detectionId, author };
      told.said.push(
        box.label === label ? { action: 'confirm', ...of } : { action: 'correct', ...of, label },
      );
      told.undone.push({ action: 'withdraw', ...of });
    }
  }
  return told;
}
