import type { SearchAttributePair } from '@temporalio/common';
import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { KIND, STATE } from './searchAttributes.ts';

/**
 * Whether this workflow was given its attributes when it was started. One that was not is of a time before there were
 * any, or of a namespace that does not know them, where setting one would fail: it never sets any. That is part of its
 * history, so it is the same whenever the history is replayed.
 */
const isSearchable = (): boolean => workflowInfo().typedSearchAttributes.get(KIND) !== undefined;

/** Says what state it is in, where that has changed. */
export function tellState(state: string): void {
  if (isSearchable() && workflowInfo().typedSearchAttributes.get(STATE) !== state)
    upsertSearchAttributes([{ key: STATE, value: state }]);
}

/** For a child: what its parent has, as another kind, in a state of its own. */
export function childAttributes(
  kind: string,
  state?: string,
): { typedSearchAttributes?: SearchAttributePair[] } {
  if (!isSearchable()) return {};
  const own = workflowInfo()
    .typedSearchAttributes.getAll()
    .filter(({ key }) => key.name !== KIND.name && key.name !== STATE.name);
  return {
    typedSearchAttributes: [
      ...own,
      { key: KIND, value: kind },
      ...(state === undefined ? [] : [{ key: STATE, value: state }]),
    ],
  };
}
