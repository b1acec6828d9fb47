import { Context } from '@temporalio/activity';

/** Half of the shortest heartbeat timeout would do; more often costs nothing, the SDK throttles. */
const EVERY_MS = 2_000;

/**
 * Heartbeats on a timer while an activity works, so that its worker counts as alive and cancellation arrives.
 * What `details` gives is what the next attempt finds when this one is lost.
 */
export function keepAlive(details?: () => unknown): AsyncDisposable & { beat(): void } {
  const context = Context.current();
  const beat = (): void => (details === undefined ? context.heartbeat() : context.heartbeat(details()));
  beat();
  const timer = setInterval(beat, EVERY_MS);
  return {
    beat,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
    },
  };
}
