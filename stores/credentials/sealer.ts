import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { Failure } from '../../domain/failures.ts';
import { createKeyRing, deriveKey } from '../keyRing.ts';

/** Seals secrets with AES-256-GCM (NIST SP 800-38D): 12 bytes of nonce, the ciphertext, 16 bytes of tag. */
export interface Sealer {
  /** Names the key that `seal` uses; `null`: there is none. */
  readonly keyId: string | null;
  /** @param bound is authenticated with the secret and needed again to open it. @throws Failure `credentials_unreadable` */
  seal(secret: string, bound: string): { keyId: string; sealed: Buffer };
  /** @throws Failure `credentials_unreadable`: another key, another place, or damage. */
  open(keyId: string, sealed: Buffer, bound: string): string;
  /** A keyed hash: equal for equal secrets, of no use to who has not the key. */
  fingerprint(secret: string): string;
}

const NONCE = 12;
const TAG = 16;

interface Key {
  id: string;
  cipher: Buffer;
  mark: Buffer;
}

const derive = (secret: string): Key => ({
  id: deriveKey(secret, 'key id', 6).toString('hex'),
  cipher: deriveKey(secret, 'credentials', 32),
  mark: deriveKey(secret, 'fingerprint', 32),
});

const unreadable = (why: string) => new Failure('credentials_unreadable', why);

/** @param previous secrets that rows may still be sealed with, until they are rotated. */
export function createSealer(current: string | null, previous: readonly string[] = []): Sealer {
  const keys = createKeyRing(derive, current, previous);
  const key = keys.current;

  function mine(): Key {
    if (key) return key;
    throw unreadable('No SECRET_KEY is set, so credentials can neither be kept nor used.');
  }

  return {
    keyId: key?.id ?? null,
    seal(secret, bound) {
      const { id, cipher: secretKey } = mine();
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', secretKey, nonce, { authTagLength: TAG });
      cipher.setAAD(Buffer.from(bound));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return { keyId: id, sealed: Buffer.concat([nonce, text, cipher.getAuthTag()]) };
    },
    open(keyId, sealed, bound) {
      const found = keys.find(keyId);
      if (!found) throw unreadable('The credentials were sealed with a key that is not configured.');
      try {
        const decipher = createDecipheriv('aes-256-gcm', found.cipher, sealed.subarray(0, NONCE), {
          authTagLength: TAG,
        });
        decipher.setAAD(Buffer.from(bound));
        decipher.setAuthTag(sealed.subarray(-TAG));
        return Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]).toString(
          'utf8',
        );
      } catch (error) {
        throw new Failure('credentials_unreadable', 'The sealed credentials are damaged.', { cause: error });
      }
    },
    fingerprint: (secret) => createHmac('sha256', mine().mark).update(secret).digest('hex').slice(0, 32),
  };
}
