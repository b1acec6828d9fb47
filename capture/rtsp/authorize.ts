import { createHash, randomBytes } from 'node:crypto';
import type { RtspCredentials } from '../../domain/rtspAddress.ts';

/** A `WWW-Authenticate` header, taken apart. Names of parameters in lower case. */
interface Challenge {
  scheme: string;
  parameters: ReadonlyMap<string, string>;
}

const PARAMETER = /([a-z0-9-]{1,32})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/gi;

/** RFC 7616, best first. Without a name it is MD5, as in RFC 2069. */
const ALGORITHMS: readonly { name: string; hash: 'sha256' | 'md5' }[] = [
  { name: 'sha-256', hash: 'sha256' },
  { name: 'md5', hash: 'md5' },
];

/** One challenge for each header, or several in one, as RFC 9110 §11.6.1 allows. */
export function parseChallenges(headers: readonly string[]): Challenge[] {
  return headers
    .flatMap((text) => text.split(/(?<=^|,)\s*(?=(?:Basic|Digest)\s)/i))
    .flatMap((text) => {
      const [, scheme, rest = ''] = /^(Basic|Digest)\b(.*)$/is.exec(text.trim()) ?? [];
      if (scheme === undefined) return [];
      const parameters = new Map(
        [...rest.matchAll(PARAMETER)].map(([, name = '', quoted, bare]) => [
          name.toLowerCase(),
          quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '',
        ]),
      );
      return [{ scheme: scheme.toLowerCase(), parameters }];
    });
}

const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** Knows how to ask again, once a camera has said what it wants. */
export interface Authorizer {
  /** The header's value for a request; `null` as long as nobody has asked for one. */
  header(method: string, uri: string): string | null;
  /**
   * Takes the challenges of a refusal.
   * @returns whether a further try can help: there is one that we know how to meet, and it was not met already
   */
  challenged(headers: readonly string[]): boolean;
  /** A request was let through: what it was asked with may serve the next ones. */
  accepted(): void;
}

/**
 * Answers Basic (RFC 7617) and Digest (RFC 7616, with MD5 or SHA-256, with `qop=auth` or none), the safest that is
 * offered. Nothing is said before it was asked for. A new nonce is met once; the same refusal twice means that the
 * credentials are wrong, and more tries only lock accounts.
 */
export function createAuthorizer(
  credentials: RtspCredentials | null,
  newCnonce: () => string = () => randomBytes(8).toString('hex'),
): Authorizer {
  let basic = false;
  let digest: { parameters: ReadonlyMap<string, string>; hash: 'sha256' | 'md5'; count: number } | null =
    null;
  /** Whether what we have was made for the request that is under way, rather than left over from earlier ones. */
  let fresh = false;

  const choose = (challenges: readonly Challenge[]) => {
    const digests = challenges.filter(
      ({ scheme, parameters }) => scheme === 'digest' && parameters.get('nonce') !== undefined,
    );
    for (const { name, hash } of ALGORITHMS) {
      const found = digests.find(
        ({ parameters }) => (parameters.get('algorithm') ?? 'md5').toLowerCase() === name,
      );
      const qop = found?.parameters
        .get('qop')
        ?.toLowerCase()
        .split(/[\s,]+/);
      if (found && (qop === undefined || qop.includes('auth'))) {
        return { parameters: found.parameters, hash, count: 0 };
      }
    }
    return null;
  };

  function answer(given: RtspCredentials, method: string, uri: string): string {
    if (digest === null) {
      return `Basic ${Buffer.from(`${given.username}:${given.password}`, 'utf8').toString('base64')}`;
    }
    const { parameters, hash } = digest;
    const h = (text: string) => createHash(hash).update(text, 'utf8').digest('hex');
    const realm = parameters.get('realm') ?? '';
    const nonce = parameters.get('nonce') ?? '';
    const opaque = parameters.get('opaque');
    const algorithm = parameters.get('algorithm');
    const a1 = h(`${given.username}:${realm}:${given.password}`);
    const a2 = h(`${method}:${uri}`);
    const fields = [
      `username=${quoted(given.username)}`,
      `realm=${quoted(realm)}`,
      `nonce=${quoted(nonce)}`,
      `uri=${quoted(uri)}`,
    ];
    if (parameters.has('qop')) {
      digest.count += 1;
      const nc = digest.count.toString(16).padStart(8, '0');
      const cnonce = newCnonce();
      fields.push(`response="${h(`${a1}:${nonce}:${nc}:${cnonce}:auth:${a2}`)}"`);
      fields.push('qop=auth', `nc=${nc}`, `cnonce="${cnonce}"`);
    } else {
      fields.push(`response="${h(`${a1}:${nonce}:${a2}`)}"`);
    }
    if (opaque !== undefined) fields.push(`opaque=${quoted(opaque)}`);
    if (algorithm !== undefined) fields.push(`algorithm=${algorithm}`);
    return `Digest ${fields.join(', ')}`;
  }

  return {
    header: (method, uri) =>
      credentials === null || (digest === null && !basic) ? null : answer(credentials, method, uri),
    challenged(headers) {
      if (credentials === null) return false;
      const challenges = parseChallenges(headers);
      const next = choose(challenges);
      if (next !== null) {
        const stale = next.parameters.get('stale')?.toLowerCase() === 'true';
        const worth = digest === null || !fresh || stale;
        digest = next;
        fresh = true;
        return worth;
      }
      // Never from Digest down to Basic: whoever asks for that wants the password in clear.
      if (digest !== null || !challenges.some(({ scheme }) => scheme === 'basic')) return false;
      const worth = !basic;
      basic = true;
      return worth;
    },
    accepted() {
      fresh = false;
    },
  };
}
