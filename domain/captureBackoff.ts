/** Waits between tries to reach a camera, in seconds; the last one goes on. */
const STEPS_S = [5, 10, 20, 40, 60] as const;
/** How far a wait may be from its step, either way: cameras that lost power together must not be asked together. */
const JITTER = 0.2;

/**
 * Milliseconds until the next try. A picture makes whatever happens after it new trouble, with `failed` from 0 again.
 *
 * @param failed how many tries went wrong in a row before the one that just did
 * @param random from 0 to 1, as `Math.random`
 */
export function captureBackoffMs(failed: number, random: number): number {
  const step = STEPS_S[Math.min(failed, STEPS_S.length - 1)] ?? 60;
  return Math.round(step * 1_000 * (1 + JITTER * (2 * random - 1)));
}
