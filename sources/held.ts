const MAX_HELD = 8;

/**
 * Keeps the few directories whose pages are being handed out right now, so that a directory of 100,000 files is not read
 * a hundred times. Each page may come from a newly opened source, so this lives as long as its kind.
 */
export interface Held<T> {
  get(key: string): T | undefined;
  put(key: string, value: T): void;
  drop(key: string): void;
}

/** @param forMs how long a value may be handed out */
export function createHeld<T>(forMs: number): Held<T> {
  const held = new Map<string, { value: T; until: number }>();
  return {
    get(key) {
      const found = held.get(key);
      if (found === undefined) return undefined;
      if (found.until > performance.now()) return found.value;
      held.delete(key);
      return undefined;
    },
    put(key, value) {
      held.delete(key);
      held.set(key, { value, until: performance.now() + forMs });
      const oldest = held.keys().next().value;
      if (held.size > MAX_HELD && oldest !== undefined) held.delete(oldest);
    },
    drop(key) {
      held.delete(key);
    },
  };
}
