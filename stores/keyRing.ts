import { hkdfSync } from 'node:crypto';

/** One secret of the configuration gives a key for each use (HKDF, RFC 5869). */
export function deriveKey(secret: string, use: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'tributary', use, bytes));
}

/** Keys by their ids: the one in use, and those of secrets that may have been used before. */
export interface KeyRing<K> {
  /** `null`: no secret is set. */
  current: K | null;
  find(id: string | undefined): K | undefined;
}

export function createKeyRing<K extends { id: string }>(
  derive: (secret: string) => K,
  current: string | null,
  previous: readonly string[],
): KeyRing<K> {
  const key = current === null ? null : derive(current);
  const keys = [...(key === null ? [] : [key]), ...previous.map(derive)];
  return { current: key, find: (id) => keys.find((one) => one.id === id) };
}
