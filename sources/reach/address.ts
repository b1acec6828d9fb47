import { Failure } from '../../domain/failures.ts';
import { hasControl } from '../../domain/text.ts';

const MAX_LENGTH = 4_096;

/** Host without `%`, so that an escaped host cannot mean something else to the next parser; then a port. */
const AUTHORITY = /^(\[[0-9a-f:.]{2,45}\]|[^\s:@[\]%<>^|"'`{}\\]{1,253})(?::(\d{1,5}))?$/iu;

function refuse(message: string): never {
  throw new Failure('bad_address', message);
}

/**
 * Reads an http(s) address by a grammar stricter than WHATWG URL, so that no two parsers can see two hosts in it.
 * The fragment is dropped. Says nothing about whether the address may be reached: that is the guard's, at connect time.
 *
 * @throws Failure `bad_address` with a sentence that says what to do; the address itself is never echoed.
 */
export function parseHttpUrl(input: string): URL {
  const text = input.trim();
  if (text === '') refuse('The address is empty. Give one that starts with http:// or https://.');
  if (text.length > MAX_LENGTH) refuse(`The address is longer than ${MAX_LENGTH} characters.`);
  if (hasControl(text))
    refuse('The address contains control characters. Paste it again without line breaks or tabs.');
  if (text.includes('\\')) refuse('The address contains a backslash. Use / instead.');
  const scheme = /^([a-z][a-z0-9+.-]{0,30}):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== 'http' && scheme !== 'https') refuse('The address must start with http:// or https://.');
  const rest = text.slice(scheme.length + 1);
  if (!rest.startsWith('//')) refuse(`The address needs // after "${scheme}:".`);
  const authority = /^[^/?#]*/.exec(rest.slice(2))?.[0] ?? '';
  if (authority === '') refuse('The address has no host name.');
  if (authority.includes('@')) {
    refuse('The address holds a user name or password. Leave them out and give the credentials separately.');
  }
  const parts = AUTHORITY.exec(authority);
  if (!parts) refuse('The host name or port in the address cannot be read.');
  const port = parts[2] === undefined ? null : Number(parts[2]);
  if (port !== null && (port < 1 || port > 65_535))
    refuse('The port in the address must be between 1 and 65535.');
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    refuse('The address cannot be read as a URL. Check its host name.');
  }
  if (url.hostname === '' || url.username !== '' || url.password !== '')
    refuse('The address cannot be read as a URL.');
  url.hash = '';
  return url;
}

const UNRESERVED = /^[A-Za-z0-9._~-]$/;

/** One spelling for the escapes of RFC 3986 §6.2.2: upper-case digits, and none where none is needed. */
export function normalEscapes(path: string): string {
  return path.replace(/%([0-9a-f]{2})/gi, (escaped, digits: string) => {
    const char = String.fromCharCode(Number.parseInt(digits, 16));
    return UNRESERVED.test(char) ? char : escaped.toUpperCase();
  });
}
