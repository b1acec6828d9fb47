/** Longer ones are not looked at. */
const MAX_CHARS = 8_192;

/** Headers that would have us take a key from the token, or from where it says. */
const FOREIGN_KEYS = ['jwk', 'jku', 'x5c', 'x5u', 'crit'];

const decoded = (part: string): string => Buffer.from(part, 'base64url').toString('utf8');

function keysIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + keysIn(each), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, each) => sum + 1 + keysIn(each), 0);
}

/** @returns the object; `null`: not JSON, or with a name twice, which different readers understand differently */
function strictObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    // Only names are strings with a colon behind them.
    const named = text.match(/"(?:[^"\\]|\\.)*"\s*:/g)?.length ?? 0;
    return named === keysIn(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/**
 * What a token says of itself, before anything is believed: enough to choose who checks it.
 * @returns `null`: nothing that any of our checks would take
 */
export function readUnverified(token: string): { issuer: string; keyId: string | null } | null {
  if (token.length > MAX_CHARS) return null;
  const [head = '', body = '', signature = '', ...more] = token.split('.');
  if (signature === '' || more.length > 0) return null;
  const header = strictObject(decoded(head));
  const claims = strictObject(decoded(body));
  if (header === null || claims === null || FOREIGN_KEYS.some((name) => name in header)) return null;
  const { iss } = claims;
  const { kid } = header;
  return typeof iss === 'string' ? { issuer: iss, keyId: typeof kid === 'string' ? kid : null } : null;
}
