import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** `trib_<8 letters to find it by>_<256 random bits>`. */
const FORM = /^trib_([a-z2-7]{8})_[A-Za-z0-9_-]{43}$/;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

export interface MintedKey {
  /** Shown once. */
  key: string;
  prefix: string;
  hash: Buffer;
}

/** A new key. Its secret is as random as its hash, so the hash needs neither salt nor slowness. */
export function mintKey(): MintedKey {
  const prefix = [...randomBytes(8)].map((byte) => LETTERS[byte & 31]).join('');
  const key = `trib_${prefix}_${randomBytes(32).toString('base64url')}`;
  return { key, prefix, hash: sha256(key) };
}

/** The part to find it by. `null`: not a key at all. */
export function prefixOf(text: string): string | null {
  return FORM.exec(text)?.[1] ?? null;
}

export function isSameKey(text: string, hash: Buffer): boolean {
  return timingSafeEqual(sha256(text), hash);
}

/** A refresh token: nothing but random bits. */
export function mintToken(): { token: string; hash: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: sha256(token) };
}
