import { Failure } from '../../domain/failures.ts';
import { hasControl } from '../../domain/text.ts';

const MAX_LENGTH = 4_096;

/** Host without `%`, so that an escaped host cannot mean something else to the next parser; then a port. */
const AUTHORITY = /^(\[[0-9a-f:.]{2,45}\]|[^\s:@[\]%<>^|"'`{}\\]{1,253})(?::(\d{1,5}))?$/iu;

/** An address of the form `scheme://host[:port]/path`, taken apart. */
export interface HostAddress {
  scheme: string;
  /** Lower case, punycode, IPv6 in brackets. */
  host: string;
  /** `null`: the usual one of the scheme. */
  port: number | null;
  /** Decoded. A segment may hold a slash, when that was written `%2F`. */
  segments: string[];
}

function refuse(message: string): never {
  throw new Failure('bad_address', message);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return refuse('The path of the address has an escape (%) that is not UTF-8.');
  }
}

/** By WHATWG's rules for hosts: the digits of an IPv4 address in any notation are that address. */
function canonicalHost(host: string): string {
  const text = `http://${host}/`;
  if (!URL.canParse(text)) refuse('The host name in the address cannot be read.');
  return new URL(text).hostname;
}

/**
 * Reads the address of a directory by a grammar stricter than WHATWG URL, which treats `ftp:` and `sftp:` differently.
 *
 * @param usualPorts the schemes that are understood, and the port that each means when none is written
 * @throws Failure `bad_address` with a sentence that says what to do; the address itself is never echoed.
 */
export function parseHostAddress(
  input: string,
  usualPorts: { readonly [scheme: string]: number },
): HostAddress {
  const text = input.trim();
  const schemes = Object.keys(usualPorts).map((each) => `${each}://`);
  if (text.length > MAX_LENGTH) refuse(`The address is longer than ${MAX_LENGTH} characters.`);
  if (hasControl(text))
    refuse('The address contains control characters. Paste it again without line breaks.');
  if (text.includes('\\')) refuse('The address contains a backslash. Use / instead.');
  const [, given, rest] = /^([a-z]+):\/\/(.*)$/i.exec(text) ?? [];
  const scheme = given?.toLowerCase() ?? '';
  const usual = usualPorts[scheme];
  if (usual === undefined || rest === undefined)
    refuse(`The address must start with ${schemes.join(' or ')}.`);
  const authority = /^[^/?#]*/.exec(rest)?.[0] ?? '';
  const path = rest.slice(authority.length);
  if (authority === '') refuse('The address has no host name.');
  if (authority.includes('@')) {
    refuse('The address holds a user name or password. Leave them out and give the credentials separately.');
  }
  const parts = AUTHORITY.exec(authority);
  if (!parts?.[1]) refuse('The host name or port in the address cannot be read.');
  const port = parts[2] === undefined ? usual : Number(parts[2]);
  if (port < 1 || port > 65_535) refuse('The port in the address must be between 1 and 65535.');
  if (/[?#]/.test(path)) refuse('A "?" or "#" in the path of the address must be written %3F or %23.');
  const segments = path
    .split('/')
    .filter((each) => each !== '')
    .map(decode);
  if (segments.some((each) => hasControl(each))) refuse('The path of the address has control characters.');
  if (segments.some((each) => each.split('/').some((part) => part === '.' || part === '..'))) {
    refuse('The path of the address has "." or ".." in it. Give the path of the directory itself.');
  }
  return { scheme, host: canonicalHost(parts[1]), port: port === usual ? null : port, segments };
}

/** The one spelling of an address, ending with `/`. */
export function formatHostAddress({ scheme, host, port, segments }: HostAddress): string {
  const path = segments.map((each) => `${encodeURIComponent(each)}/`).join('');
  return `${scheme}://${host}${port === null ? '' : `:${port}`}/${path}`;
}
