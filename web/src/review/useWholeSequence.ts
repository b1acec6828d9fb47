import { useQueryClient } from '@tanstack/react-query';
import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import type { Image, Statement } from '../api/types.ts';
import { boxesOf } from '../asset/boxes.ts';
import { useWords } from '../words/useWords.ts';
import type { History } from './history.ts';
import type { Queue } from './useQueue.ts';

type Verdict = 'confirm' | 'nothing';

/** The same decision for every image of a sequence that waits, taken back at once as well. */
export function useWholeSequence(
  queue: Queue,
  history: History,
): (verdict: Verdict, images: readonly Image[]) => Promise<void> {
  const { api, announcer, session, toasts } = useParts();
  const { asset, review } = useWords();
  const queries = useQueryClient();
  const author = session.me()?.name ?? asset.somebody;

  async function say(id: number, statement: Statement): Promise<void> {
    queries.setQueryData(['annotations', id], await api.annotate(id, statement));
  }

  /** @returns what takes it back */
  async function decide(id: number, verdict: Verdict): Promise<() => Promise<void>> {
    if (verdict === 'nothing') {
      await say(id, { action: 'nothing_here', author });
      return () => say(id, { action: 'something_here', author });
    }
    const boxes = boxesOf(await api.annotations(id), null).flatMap(({ origin, detectionId }) =>
      origin === 'machine' && detectionId !== null ? [detectionId] : [],
    );
    for (const detection_id of boxes) await say(id, { action: 'confirm', detection_id, author });
    return async () => {
      for (const detection_id of boxes) await say(id, { action: 'withdraw', detection_id, author });
    };
  }

  return async (verdict, images) => {
    const open = images.filter(({ id }) => !queue.isDone(id));
    const back: (() => Promise<void>)[] = [];
    const first = open[0];
    if (first === undefined) return;
    try {
      for (const { id } of open) back.push(await decide(id, verdict));
    } catch (error) {
      toasts.complain(messageOf(error));
    }
    const decided = open.slice(0, back.length).map(({ id }) => id);
    const text = review.decidedAll(decided.length);
    history.push({
      id: first.id,
      text,
      undo: async () => {
        for (const one of back) await one();
        for (const id of decided) queue.returnTo(id);
      },
    });
    announcer.set(text);
    queue.finish(...decided);
  };
}
