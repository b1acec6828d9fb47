import { createRing } from './ring.ts';

/** Hands over what arrives by itself to one reader who asks for it. */
export interface FrameQueue<T> extends AsyncIterable<T> {
  push(item: T): void;
  /** What is there can still be read; then comes the error, or the end. */
  end(error: unknown): void;
  readonly dropped: number;
}

/** @param capacity what waits at most; the oldest go first, see `createRing` */
export function createFrameQueue<T>(capacity: number): FrameQueue<T> {
  const ring = createRing<T>(capacity);
  let ended: { error: unknown } | null = null;
  let wake: (() => void) | null = null;

  return {
    push(item) {
      if (ended !== null) return;
      ring.push(item);
      wake?.();
    },
    end(error) {
      ended ??= { error };
      wake?.();
    },
    get dropped() {
      return ring.dropped;
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const item = ring.take();
        if (item !== undefined) {
          yield item;
        } else if (ended !== null) {
          if (ended.error !== null) throw ended.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          wake = null;
        }
      }
    },
  };
}
