import { createHmac, timingSafeEqual } from 'node:crypto';
import { createKeyRing, deriveKey } from '../../stores/keyRing.ts';

/** Signs addresses with HMAC-SHA256, so that whoever holds one may ask for exactly what it says, for a while. */
export interface LinkSigner {
  /** Whether there is a key to sign with. */
  readonly able: boolean;
  /** @param target path and query; the signature covers every byte of it @returns the same with three more parameters */
  sign(target: string, expiresAt: Date): string;
  /** @returns seconds that it is still good for; `null`: not signed by us like this, or expired */
  verify(target: string, now: Date): number | null;
}

interface Key {
  id: string;
  secret: Buffer;
}

const derive = (secret: string): Key => ({
  id: deriveKey(secret, 'link key id', 6).toString('hex'),
  secret: deriveKey(secret, 'links', 32),
});

/** Ours are the last three, in this order: nothing can be put behind the signature, or before it unnoticed. */
const SIGNED = /^(.+[?&]expires=([0-9]{1,11})&key=([0-9a-f]{12}))&signature=([A-Za-z0-9_-]{43})$/s;

/** @param previous keys that links may still be signed with */
export function createLinkSigner(current: string | null, previous: readonly string[] = []): LinkSigner {
  const keys = createKeyRing(derive, current, previous);
  const key = keys.current;
  const mac = (by: Key, text: string): Buffer => createHmac('sha256', by.secret).update(text).digest();

  return {
    able: key !== null,
    sign(target, expiresAt) {
      if (key === null) throw new Error('There is no key to sign with.');
      const expires = Math.floor(expiresAt.getTime() / 1_000);
      const text = `${target}${target.includes('?') ? '&' : '?'}expires=${expires}&key=${key.id}`;
      return `${text}&signature=${mac(key, text).toString('base64url')}`;
    },
    verify(target, now) {
      const [, text, expires, id, signature] = SIGNED.exec(target) ?? [];
      const by = keys.find(id);
      if (text === undefined || signature === undefined || by === undefined) return null;
      const [given, right] = [Buffer.from(signature, 'base64url'), mac(by, text)];
      // The last character of base64url has bits to spare: only the one spelling that we write counts.
      if (given.length !== right.length || given.toString('base64url') !== signature) return null;
      if (!timingSafeEqual(given, right)) return null;
      const left = Number(expires) - Math.floor(now.getTime() / 1_000);
      return left > 0 ? left : null;
    },
  };
}
