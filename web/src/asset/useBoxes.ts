import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import type { Annotations, Statement } from '../api/types.ts';
import { useWords } from '../words/useWords.ts';
import type { Box, ShownBox } from './boxes.ts';

/** A statement without its author, who is known. */
type Said = Statement extends infer One ? (One extends Statement ? Omit<One, 'author'> : never) : never;

/** Something that was said, and how it is taken back. */
export interface Spoken {
  id: number;
  text: string;
  undo: () => Promise<unknown>;
}

/**
 * What is said of an image, and how to say more. Everything can be taken back for a while.
 * @param onSaid is told what was said; by default it is a toast
 */
export function useBoxes(id: number, onSaid?: (said: Spoken) => void) {
  const { api, session, toasts } = useParts();
  const { asset: words } = useWords();
  const queries = useQueryClient();
  const key = ['annotations', id];
  const { data } = useQuery({ queryKey: key, queryFn: () => api.annotations(id) });

  const author = session.me()?.name ?? words.somebody;
  const put = (said: Said): Promise<Annotations> => api.annotate(id, { ...said, author } as Statement);

  const saying = useMutation({
    // One after the other: what was so before must not be shown after what is so now.
    scope: { id: `annotations ${id}` },
    mutationFn: async (statements: readonly Said[]) => {
      let now: Annotations | undefined;
      for (const statement of statements) now = await put(statement);
      return now;
    },
    onSuccess(now) {
      if (now !== undefined) queries.setQueryData(key, now);
      void queries.invalidateQueries({ queryKey: ['asset', id] });
    },
  });

  async function say(text: string, statements: readonly Said[], back: (now: Annotations) => readonly Said[]) {
    try {
      const now = await saying.mutateAsync(statements);
      if (now === undefined) return;
      const undo = (): Promise<unknown> => saying.mutateAsync(back(now));
      if (onSaid === undefined) toasts.say({ text, undo });
      else onSaid({ id, text, undo });
    } catch (error) {
      toasts.complain(messageOf(error));
    }
  }

  return {
    annotations: data ?? null,
    busy: saying.isPending,
    confirm(box: ShownBox) {
      if (box.detectionId === null) return;
      const of = { detection_id: box.detectionId };
      void say(words.confirmed(box.label), [{ action: 'confirm', ...of }], () => [
        { action: 'withdraw', ...of },
      ]);
    },
    /** It is not there: rejected where a model saw it, deleted where a person marked it. */
    remove(box: ShownBox) {
      if (box.origin === 'machine' && box.detectionId !== null) {
        const of = { detection_id: box.detectionId };
        void say(words.rejected(box.label), [{ action: 'reject', ...of }], () => [
          { action: 'withdraw', ...of },
        ]);
      } else if (box.annotationId !== null) {
        const of = { annotation_id: box.annotationId };
        const before = { label: box.label, bbox: [...box.box] };
        void say(words.rejected(box.label), [{ action: 'delete', ...of }], () => [
          { action: 'change', ...of, ...before },
        ]);
      }
    },
    change(box: ShownBox, to: { label?: string; box?: Box }) {
      const after = {
        ...(to.label !== undefined && { label: to.label }),
        ...(to.box !== undefined && { bbox: [...to.box] }),
      };
      const before = { label: box.label, bbox: [...box.box] };
      const text = words.corrected(to.label ?? box.label);
      if (box.annotationId !== null) {
        const of = { annotation_id: box.annotationId };
        void say(text, [{ action: 'change', ...of, ...after }], () => [
          { action: 'change', ...of, ...before },
        ]);
      } else if (box.detectionId !== null) {
        const of = { detection_id: box.detectionId };
        void say(text, [{ action: 'correct', ...of, ...after }], () => [{ action: 'withdraw', ...of }]);
      }
    },
    add(label: string, box: Box) {
      void say(words.added(label), [{ action: 'add', label, bbox: [...box] }], ({ human }) => {
        const last = human.findLast(({ state }) => state === 'added');
        return last === undefined ? [] : [{ action: 'delete', annotation_id: last.annotation_id }];
      });
    },
    /** That nothing is to be seen, or that something is after all. */
    nothing(is: boolean) {
      const marked = (data?.human ?? []).filter(({ state }) => state !== 'rejected' && state !== 'deleted');
      void say(
        is ? words.saidNothing : words.saidSomething,
        [{ action: is ? 'nothing_here' : 'something_here' }],
        () =>
          is
            ? [
                { action: 'something_here' },
                ...marked.map((one) => ({
                  ...{ action: 'change' as const, annotation_id: one.annotation_id },
                  ...{ label: one.label, bbox: one.bbox },
                })),
              ]
            : [{ action: 'nothing_here' }],
      );
    },
    /** Everything that the model saw and nobody judged. */
    confirmAll(boxes: readonly ShownBox[]) {
      const ids = boxes.flatMap((box) =>
        box.origin === 'machine' && box.detectionId !== null ? [box.detectionId] : [],
      );
      if (ids.length === 0) return;
      void say(
        words.confirmedAll(ids.length),
        ids.map((detection_id) => ({ action: 'confirm', detection_id })),
        () => ids.map((detection_id) => ({ action: 'withdraw', detection_id })),
      );
    },
  };
}

export type Boxes = ReturnType<typeof useBoxes>;
