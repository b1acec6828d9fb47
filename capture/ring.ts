/** The last few of something: full, it forgets the oldest and counts that. */
export interface Ring<T> {
  push(item: T): void;
  /** The oldest, or `undefined`. */
  take(): T | undefined;
  readonly size: number;
  /** How many were forgotten so far. */
  readonly dropped: number;
}

/** For live pictures: whoever is slow gets the newest ones rather than all of them late. */
export function createRing<T>(capacity: number): Ring<T> {
  if (!Number.isInteger(capacity) || capacity < 1) throw new RangeError('A ring holds at least one thing.');
  const slots: (T | undefined)[] = Array.from({ length: capacity });
  let first = 0;
  let size = 0;
  let dropped = 0;
  return {
    push(item) {
      slots[(first + size) % capacity] = item;
      if (size < capacity) {
        size += 1;
      } else {
        first = (first + 1) % capacity;
        dropped += 1;
      }
    },
    take() {
      if (size === 0) return undefined;
      const item = slots[first];
      slots[first] = undefined;
      first = (first + 1) % capacity;
      size -= 1;
      return item;
    },
    get size() {
      return size;
    },
    get dropped() {
      return dropped;
    },
  };
}
