import { validateHeaderName, validateHeaderValue } from 'node:http';
import { Failure } from '../domain/failures.ts';

/** What a source asks of its visitors. Handed over at `open`, never stored in settings, cursors or items. */
export type SourceCredentials =
  | { type: 'basic'; username: string; password: string }
  | { type: 'header'; name: string; value: string };

/** Headers that frame the message or choose its target; a stored credential must not be able to forge them. */
const RESERVED = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'expect',
  'host',
  'if-range',
  'keep-alive',
  'proxy-authorization',
  'range',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * The one header that carries the credentials (RFC 7617 for basic, in UTF-8).
 * @throws Failure `auth_failed`: they cannot be put in a header. The message never holds them.
 */
export function credentialHeader(credentials: SourceCredentials): Record<string, string> {
  if (credentials.type === 'basic') {
    if (credentials.username.includes(':')) {
      throw new Failure(
        'auth_failed',
        'The user name contains a colon, which basic authentication cannot carry.',
      );
    }
    const pair = Buffer.from(`${credentials.username}:${credentials.password}`, 'utf8').toString('base64');
    return { authorization: `Basic ${pair}` };
  }
  const name = credentials.name.trim().toLowerCase();
  try {
    validateHeaderName(name);
    validateHeaderValue(name, credentials.value);
  } catch {
    throw new Failure(
      'auth_failed',
      'The name or value of the credential header has characters that no header may have.',
    );
  }
  if (RESERVED.has(name)) throw new Failure('auth_failed', `The header "${name}" cannot carry credentials.`);
  return { [name]: credentials.value };
}
