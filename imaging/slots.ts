import { setMaxListeners } from 'node:events';

/** One place at which one job at a time can be done, and what is kept there between jobs. */
export interface Slot<T> {
  held: T | null;
}

export interface Slots<T> {
  /**
   * Waits for a free slot, lower places first, in order of asking within one. @throws the signal's reason, or the
   * reason of `close`.
   * @param prefers which of those that are free to take where there is a choice
   */
  take(signal: AbortSignal, place?: number, prefers?: (held: T) => boolean): Promise<Slot<T>>;
  give(slot: Slot<T>): void;
  /** Refuses everyone who waits or comes later. */
  close(reason: Error): void;
}

/** A fixed number of slots. Those that hold something (that is preferred) are handed out first, then empty ones. */
export function createSlots<T>(count: number): Slots<T> {
  const free: Slot<T>[] = Array.from({ length: count }, () => ({ held: null }));
  const waiting: { place: number; accept: (slot: Slot<T>) => void; refuse: (reason: Error) => void }[] = [];
  let closedBecause: Error | null = null;

  return {
    async take(signal, place = 0, prefers = () => true) {
      signal.throwIfAborted();
      if (closedBecause !== null) throw closedBecause;
      const slot =
        free.find(({ held }) => held !== null && prefers(held)) ??
        free.find(({ held }) => held === null) ??
        free[0];
      if (slot !== undefined) {
        free.splice(free.indexOf(slot), 1);
        return slot;
      }
      return new Promise((resolve, reject) => {
        const onAbort = () => {
          waiting.splice(waiting.indexOf(waiter), 1);
          reject(signal.reason);
        };
        const waiter = {
          place,
          accept: (given: Slot<T>) => {
            signal.removeEventListener('abort', onAbort);
            resolve(given);
          },
          refuse: (reason: Error) => {
            signal.removeEventListener('abort', onAbort);
            reject(reason);
          },
        };
        // One signal may cancel a whole batch of waiting pictures; that many listeners are no leak.
        setMaxListeners(0, signal);
        signal.addEventListener('abort', onAbort, { once: true });
        const behind = waiting.findIndex((other) => other.place > place);
        waiting.splice(behind === -1 ? waiting.length : behind, 0, waiter);
      });
    },

    give(slot) {
      const next = waiting.shift();
      if (next === undefined) free.push(slot);
      else next.accept(slot);
    },

    close(reason) {
      closedBecause = reason;
      for (const waiter of waiting.splice(0)) waiter.refuse(reason);
    },
  };
}
