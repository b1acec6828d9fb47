/** What Tributary promises, by the id that reports name. */
export const PROMISES = {
  I1: 'every item of a finished import is in a final state with a reason',
  I2: 'nothing is kept of rejected pictures',
  I3: 'every object belongs to a row',
  I4: 'every object that a row promises is there',
  I5: 'every object has the bytes its row promises',
  I6: 'one live asset for each content of a tenant',
  I8: 'every ready asset has its eager renditions, none larger than its preset',
  I9: 'a stored item is the one that brought its asset in, and the asset is ready',
  L1: 'the ledger knows every version that was brought in from a source',
  D1: 'nothing is kept of deleted pictures',
  U1: 'no upload in parts is left unfinished in the store',
  C1: 'no claim is left open whose bytes never came',
  C2: 'a picture that is being worked on has an item that is, too',
  O1: 'every message to Temporal is delivered within ten minutes',
  W1: 'every open import has a workflow',
  W2: 'every workflow of an import belongs to a row',
  W3: 'every open capture session has a workflow',
} as const;
export type PromiseId = keyof typeof PROMISES;

/** One broken promise: which, how often, and the first few places. */
export interface Finding {
  id: PromiseId;
  promise: string;
  count: number;
  examples: string[];
}

/** Something that was done, or that a person has to do: what, how often, and the first few places. */
export interface Note {
  what: string;
  count: number;
  examples: string[];
}

export const EXAMPLES = 5;

/** All that is kept of what was found so far; its size does not grow with the library. */
export interface TallyState {
  findings: Partial<Record<PromiseId, { count: number; examples: string[] }>>;
  repairs: Note[];
  needs: Note[];
}

export interface Tally {
  broken(id: PromiseId, example: string): void;
  found(id: PromiseId, count: number, examples: readonly string[]): void;
  repaired(what: string, count: number, examples: readonly string[]): void;
  needs(what: string, count: number, examples: readonly string[]): void;
  state(): TallyState;
  findings(): Finding[];
}

function add(to: { count: number; examples: string[] }, count: number, examples: readonly string[]): void {
  to.count += count;
  to.examples.push(...examples.slice(0, EXAMPLES - to.examples.length));
}

/** @param before what an audit that was cut off had found */
export function createTally(before?: TallyState): Tally {
  const state: TallyState = structuredClone(before) ?? { findings: {}, repairs: [], needs: [] };

  function note(list: Note[], what: string, count: number, examples: readonly string[]): void {
    if (count === 0) return;
    let entry = list.find((one) => one.what === what);
    if (entry === undefined) {
      entry = { what, count: 0, examples: [] };
      list.push(entry);
    }
    add(entry, count, examples);
  }

  function found(id: PromiseId, count: number, examples: readonly string[]): void {
    const entry = state.findings[id] ?? { count: 0, examples: [] };
    add(entry, count, examples);
    state.findings[id] = entry;
  }

  return {
    broken: (id, example) => found(id, 1, [example]),
    found,
    repaired: (what, count, examples) => note(state.repairs, what, count, examples),
    needs: (what, count, examples) => note(state.needs, what, count, examples),
    state: () => state,
    findings: () =>
      (Object.keys(PROMISES) as PromiseId[]).map((id) => ({
        id,
        promise: PROMISES[id],
        ...(state.findings[id] ?? { count: 0, examples: [] }),
      })),
  };
}
