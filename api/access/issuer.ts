import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose';
import { ROLES, type Role } from '../../domain/access.ts';

const LEEWAY_SECONDS = 30;
/** However long a token says that it lives. */
const MAX_AGE_SECONDS = 24 * 3_600;
/** Keys are asked for again after this long, and at once for a key id that is not known, but not more often than that. */
const KEYS_LIVE_MS = 10 * 60_000;
const ASK_AGAIN_MS = 30_000;

export interface IssuerSettings {
  issuer: string;
  audience: string;
  keysUrl: string;
  algorithms: readonly string[];
  /** The claim that says where its owner may do what. */
  claim: string;
  /** Values of the claim, and the `tenant:role` that each means; empty: values are such pairs themselves. */
  map: Readonly<Record<string, string>>;
}

export interface ExternalSubject {
  subject: string;
  name: string;
  /** By the names of tenants; `*`: the whole installation. */
  roles: Map<string, Role>;
}

/** Somebody else who says who people are (OpenID Connect). */
export interface Issuer {
  readonly issuer: string;
  /** @returns `null`: not theirs, not for us, or over @throws Error when its keys cannot be had */
  verify(token: string): Promise<ExternalSubject | null>;
}

/** @param fetchText reads an address through the guard on outgoing connections */
export function createIssuer(
  settings: IssuerSettings,
  fetchText: (url: string) => Promise<string>,
  askAgainMs: number = ASK_AGAIN_MS,
): Issuer {
  const keys = createRemoteJWKSet(new URL(settings.keysUrl), {
    cacheMaxAge: KEYS_LIVE_MS,
    cooldownDuration: askAgainMs,
    [customFetch]: async (url) => new Response(await fetchText(url), { status: 200 }),
  });

  return {
    issuer: settings.issuer,
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, keys, {
          algorithms: [...settings.algorithms],
          issuer: settings.issuer,
          audience: settings.audience,
          requiredClaims: ['sub', 'iat', 'exp'],
          clockTolerance: LEEWAY_SECONDS,
          maxTokenAge: MAX_AGE_SECONDS,
        });
        const { sub, email, name } = payload;
        if (sub === undefined || sub === '') return null;
        const called = [email, name, sub].find(
          (each): each is string => typeof each === 'string' && each !== '',
        );
        return {
          subject: sub,
          name: (called ?? sub).slice(0, 200),
          roles: rolesOf(payload[settings.claim], settings.map),
        };
      } catch (error) {
        // What is wrong with the keys, or with getting them, is not the token's fault.
        const ofKeys = error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid;
        if (error instanceof errors.JOSEError && !ofKeys && error.code !== 'ERR_JOSE_GENERIC') return null;
        throw error;
      }
    },
  };
}

/** The highest role that a claim gives in each tenant. What cannot be read gives nothing. */
export function rolesOf(claim: unknown, map: IssuerSettings['map']): Map<string, Role> {
  const given = typeof claim === 'string' ? claim.split(/[\s,]+/) : Array.isArray(claim) ? claim : [];
  const roles = new Map<string, Role>();
  const direct = Object.keys(map).length === 0;
  for (const value of given) {
    if (typeof value !== 'string') continue;
    const pair = direct ? value : Object.hasOwn(map, value) ? (map[value] ?? '') : '';
    const at = pair.lastIndexOf(':');
    const [tenant, role] = [pair.slice(0, at), pair.slice(at + 1)];
    if (at < 1 || !isRole(role)) continue;
    // The whole installation is for its administrators only.
    if (tenant === '*' && role !== 'admin') continue;
    const before = roles.get(tenant);
    if (before === undefined || ROLES.indexOf(role) > ROLES.indexOf(before)) roles.set(tenant, role);
  }
  return roles;
}

const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text);
