import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work that may hold the event loop at a time, in milliseconds. */
const SLICE_MS = 8;
/** Steps between two looks at the clock. */
const STEPS = 64;

/** Gives the event loop to others whenever a slice of time is used up. Call it with every step. */
export function createSlices(): () => Promise<void> | undefined {
  let until = performance.now() + SLICE_MS;
  let steps = 0;
  return () => {
    if (++steps % STEPS !== 0 || performance.now() < until) return undefined;
    return nextTurn().then(() => {
      until = performance.now() + SLICE_MS;
    });
  };
}

/** The items that are wanted, in the same order. */
export async function filterInSlices<T>(
  items: Iterable<T>,
  wanted: (item: T) => boolean,
  signal: AbortSignal,
): Promise<T[]> {
  const step = createSlices();
  const found: T[] = [];
  for (const item of items) {
    if (wanted(item)) found.push(item);
    const pause = step();
    if (pause) {
      await pause;
      signal.throwIfAborted();
    }
  }
  return found;
}

/** Sorted at once: a millisecond or two. */
const RUN = 1_024;

/** A stable merge sort that may take its time: 100,000 addresses hold the event loop for half a second otherwise. */
export async function sortInSlices<T>(
  items: readonly T[],
  compare: (a: T, b: T) => number,
  signal: AbortSignal,
): Promise<T[]> {
  const step = createSlices();
  let runs: T[][] = [];
  for (let at = 0; at < items.length; at += RUN) {
    runs.push(items.slice(at, at + RUN).sort(compare));
    for (let i = 0; i < STEPS; i++) await step();
  }
  async function merge(left: T[], right: T[]): Promise<T[]> {
    const merged: T[] = [];
    let l = 0;
    let r = 0;
    while (l < left.length && r < right.length) {
      const a = left[l] as T;
      const b = right[r] as T;
      if (compare(a, b) <= 0) {
        merged.push(a);
        l++;
      } else {
        merged.push(b);
        r++;
      }
      const pause = step();
      if (pause) {
        await pause;
        signal.throwIfAborted();
      }
    }
    return merged.concat(left.slice(l), right.slice(r));
  }
  while (runs.length > 1) {
    const next: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) next.push(await merge(runs[i] ?? [], runs[i + 1] ?? []));
    runs = next;
  }
  return runs[0] ?? [];
}
