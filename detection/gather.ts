import { setMaxListeners } from 'node:events';
import type { Given } from './child/messages.ts';
import type { DetectionRun } from './detector.ts';

/** A picture that somebody waits for. */
export interface Waiting {
  given: Given;
  signal: AbortSignal;
  resolve(run: DetectionRun): void;
  reject(error: unknown): void;
}

/**
 * Lets pictures that wait for one model go together. Nobody waits for others to come: those that came while all processes
 * were busy go at once when one is free.
 * @param take waits for a process, then calls what it is given with how many pictures the model takes at once
 * @param run settles each of them @throws what is wrong for all of them
 */
export function createGather<Place>(
  take: (signal: AbortSignal, work: (place: Place, most: number) => Promise<void>) => Promise<void>,
  run: (place: Place, some: readonly Waiting[]) => Promise<void>,
): (given: Given, signal: AbortSignal) => Promise<DetectionRun> {
  const queue: Waiting[] = [];
  const leave = (waiting: Waiting): void => {
    const at = queue.indexOf(waiting);
    if (at !== -1) queue.splice(at, 1);
  };

  return async (given, signal) => {
    signal.throwIfAborted();
    return new Promise<DetectionRun>((resolve, reject) => {
      const onAbort = (): void => waiting.reject(signal.reason);
      const settled = (): void => {
        leave(waiting);
        signal.removeEventListener('abort', onAbort);
      };
      const waiting: Waiting = {
        ...{ given, signal },
        resolve: (found) => {
          settled();
          resolve(found);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
      setMaxListeners(0, signal);
      signal.addEventListener('abort', onAbort, { once: true });
      queue.push(waiting);
      // As many ask for a process as pictures wait, so that none is forgotten.
      take(signal, async (place, most) => {
        const some = queue.splice(0, most);
        if (some.length === 0) return;
        try {
          await run(place, some);
        } catch (error) {
          for (const one of some) one.reject(error);
        }
      }).catch(waiting.reject);
    });
  };
}

/** Aborts when nobody waits any more. */
export function whenAllAbort(signals: readonly AbortSignal[]): AbortSignal & Disposable {
  const controller = new AbortController();
  let left = new Set(signals).size;
  const onAbort = (): void => {
    left -= 1;
    if (left === 0) controller.abort(new Error('Nobody waits any more.'));
  };
  for (const signal of new Set(signals)) {
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  }
  return Object.assign(controller.signal, {
    [Symbol.dispose]: () => {
      for (const signal of signals) signal.removeEventListener('abort', onAbort);
    },
  });
}
