import { randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { createKeyRing, deriveKey } from '../../stores/keyRing.ts';

const ISSUER = 'tributary';
const ALGORITHM = 'HS256';
const LEEWAY_SECONDS = 30;

/** What a token is for: asking for everything its owner may, or looking at pictures in a page. */
export const USES = { api: { seconds: 600 }, view: { seconds: 3_600 } } as const;
export type Use = keyof typeof USES;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface TokenSubject {
  principalId: string;
  signInId: string;
}

/** Short-lived tokens that say who signed in, and nothing of what they may: that is looked up each time. */
export interface Tokens {
  readonly issuer: string;
  sign(use: Use, subject: TokenSubject): Promise<{ token: string; expiresIn: number }>;
  /** @param keyId as the token says @returns `null`: not one of ours for this use, or over */
  verify(use: Use, token: string, keyId: string | null): Promise<TokenSubject | null>;
}

interface Key {
  id: string;
  secret: Uint8Array;
}

const derive = (secret: string): Key => ({
  id: deriveKey(secret, 'token key id', 6).toString('hex'),
  secret: deriveKey(secret, 'tokens', 32),
});

/** @param previous keys that tokens may still be signed with */
export function createTokens(current: string, previous: readonly string[]): Tokens {
  const keys = createKeyRing(derive, current, previous);

  return {
    issuer: ISSUER,
    async sign(use, { principalId, signInId }) {
      const key = keys.current;
      if (key === null) throw new Error('There is no key to sign with.');
      const { seconds } = USES[use];
      const now = Math.floor(Date.now() / 1_000);
      const token = await new SignJWT({ sid: signInId })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid: key.id })
        .setIssuer(ISSUER)
        .setAudience(`${ISSUER}:${use}`)
        .setSubject(principalId)
        .setIssuedAt(now)
        .setExpirationTime(now + seconds)
        .setJti(randomUUID())
        .sign(key.secret);
      return { token, expiresIn: seconds };
    },
    async verify(use, token, keyId) {
      const key = keys.find(keyId ?? undefined);
      if (key === undefined) return null;
      try {
        const { payload } = await jwtVerify(token, key.secret, {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          audience: `${ISSUER}:${use}`,
          requiredClaims: ['sub', 'sid', 'iat', 'exp', 'jti'],
          clockTolerance: LEEWAY_SECONDS,
          // An expiry far away does not make it live longer.
          maxTokenAge: USES[use].seconds,
        });
        const { sub, sid } = payload;
        if (typeof sub !== 'string' || typeof sid !== 'string' || !UUID.test(sub) || !UUID.test(sid))
          return null;
        return { principalId: sub, signInId: sid };
      } catch {
        return null;
      }
    },
  };
}
