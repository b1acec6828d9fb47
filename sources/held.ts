import { createHash } from 'node:crypto';

const MAX_HELD = 4;

/** What visitors are told apart by: what one may see is not shown to another. */
export const visitorKey = (credentials: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(credentials ?? null))
    .digest('hex');

/**
 * Keeps the few directories whose pages are being handed out right now, so that a directory of 100,000 files is not read
 * a hundred times. Each page may come from a newly opened source, so this lives as long as its kind.
 */
export interface Held<T> {
  get(key: string): T | undefined;
  put(key: string, value: T): void;
  drop(key: string): void;
}

/** @param forMs how long a value is kept after it was last put */
export function createHeld<T>(forMs: number): Held<T> {
  const held = new Map<string, { value: T; timer: NodeJS.Timeout }>();

  function drop(key: string): void {
    clearTimeout(held.get(key)?.timer);
    held.delete(key);
  }

  return {
    get: (key) => held.get(key)?.value,
    put(key, value) {
      drop(key);
      const oldest = held.keys().next().value;
      if (held.size === MAX_HELD && oldest !== undefined) drop(oldest);
      held.set(key, { value, timer: setTimeout(drop, forMs, key).unref() });
    },
    drop,
  };
}
