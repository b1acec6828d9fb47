/** Waits between tries to reach a camera, in seconds; the last one goes on. */
const STEPS_S = [5, 10, 20, 40, 60] as const;
/** How far a wait may be from its step, either way: cameras that lost power together must not be asked together. */
const JITTER = 0.2;

export interface Backoff {
  /** Milliseconds until the next try. */
  next(): number;
  /** There was a picture: whatever happens next is new trouble. */
  reset(): void;
}

/** @param random as `Math.random` */
export function createBackoff(random: () => number = Math.random): Backoff {
  let tries = 0;
  return {
    next() {
      const step = STEPS_S[Math.min(tries, STEPS_S.length - 1)] ?? 60;
      tries += 1;
      return Math.round(step * 1_000 * (1 + JITTER * (2 * random() - 1)));
    },
    reset() {
      tries = 0;
    },
  };
}
