import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { useParts } from './parts.ts';
import { messageOf } from './problem.ts';

interface Manner<I, O> {
  /** What is asked anew afterwards: the first parts of query keys. */
  stale?: readonly string[];
  /** Said in a toast when it is done. */
  said?: (answer: O, given: I) => string;
  undo?: (answer: O, given: I) => Promise<unknown>;
  after?: (answer: O, given: I) => void;
}

/** Something that a person does: says when it is done, and why when it is not. */
export function useAct<I, O>(
  act: (given: I) => Promise<O>,
  { stale = [], said, undo, after }: Manner<I, O> = {},
): UseMutationResult<O, Error, I> {
  const queries = useQueryClient();
  const { toasts } = useParts();
  const refresh = (): Promise<unknown> =>
    Promise.all(stale.map((key) => queries.invalidateQueries({ queryKey: [key] })));
  return useMutation({
    mutationFn: act,
    onSuccess(answer, given) {
      void refresh();
      if (said !== undefined) {
        toasts.say({
          text: said(answer, given),
          ...(undo && { undo: () => undo(answer, given).then(refresh) }),
        });
      }
      after?.(answer, given);
    },
    onError: (error) => toasts.complain(messageOf(error)),
  });
}
