import { createStore, type Store } from './store.ts';

/** Whether the API answers: `null` while it does, else a sentence about how it does not. */
export type Away = string | null;

export type Reach = Store<Away>;

export const createReach = (): Reach => createStore<Away>(null);
