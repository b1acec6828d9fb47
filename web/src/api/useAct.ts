import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useParts } from './parts.ts';
import { messageOf } from './problem.ts';

interface Manner<I, O> {
  /** What is asked anew afterwards: the first parts of query keys. */
  stale?: readonly string[];
  /** Said in a toast when it is done. */
  said?: (answer: O, given: I) => string;
  undo?: (answer: O, given: I) => Promise<unknown>;
  /** Where to go on; left out when whoever did it is elsewhere already. */
  after?: (answer: O, given: I) => void;
}

/** Something that a person does: says when it is done, and why when it is not. */
export function useAct<I, O>(
  act: (given: I) => Promise<O>,
  { stale = [], said, undo, after }: Manner<I, O> = {},
): UseMutationResult<O, Error, I> {
  const queries = useQueryClient();
  const { toasts } = useParts();
  const here = useRef(false);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
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
      if (here.current) after?.(answer, given);
    },
    onError: (error) => toasts.complain(messageOf(error)),
  });
}
