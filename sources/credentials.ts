import { validateHeaderName, validateHeaderValue } from 'node:http';
import { z } from 'zod';
import { Failure } from '../domain/failures.ts';

/** What web servers ask of their visitors. Handed over at `open`, never stored in settings, cursors or items. */
export const WEB_CREDENTIALS = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('basic'),
    username: z.string().max(512),
    password: z.string().max(4_096),
  }),
  z.strictObject({
    type: z.literal('header'),
    name: z.string().min(1).max(256),
    value: z.string().max(8_192),
  }),
  z.strictObject({ type: z.literal('bearer'), token: z.string().min(1).max(8_192) }),
]);
export type WebCredentials = z.infer<typeof WEB_CREDENTIALS>;

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

/** Whether a header is one that we write ourselves. Names in lower case. */
export const isReservedHeader = (name: string): boolean => RESERVED.has(name);

/**
 * The one header that carries the credentials (RFC 7617 for basic, in UTF-8).
 * @throws Failure `auth_failed`: they cannot be put in a header. The message never holds them.
 */
export function credentialHeader(credentials: WebCredentials): Record<string, string> {
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
  if (credentials.type === 'bearer') return header('authorization', `Bearer ${credentials.token}`);
  const name = credentials.name.trim().toLowerCase();
  if (RESERVED.has(name)) throw new Failure('auth_failed', `The header "${name}" cannot carry credentials.`);
  return header(name, credentials.value);
}

function header(name: string, value: string): Record<string, string> {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    throw new Failure(
      'auth_failed',
      'The name or value of the credential header has characters that no header may have.',
    );
  }
  return { [name]: value };
}
