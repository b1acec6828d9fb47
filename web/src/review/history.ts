import type { Spoken } from '../asset/useBoxes.ts';

/** What was decided, the last first out. */
export interface History {
  push(said: Spoken): void;
  pop(): Spoken | undefined;
}

/** Decisions that can be taken back, one by one. */
const DEEPEST = 100;

export function createHistory(): History {
  const said: Spoken[] = [];
  return {
    push(one) {
      said.push(one);
      if (said.length > DEEPEST) said.shift();
    },
    pop: () => said.pop(),
  };
}
