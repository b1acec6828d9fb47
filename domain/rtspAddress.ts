import { Failure } from './failures.ts';
import { hasControl } from './text.ts';

const MAX_LENGTH = 2_048;

/** RFC 7826 §21: the ports that a scheme means when none is written. */
const USUAL_PORTS = { rtsp: 554, rtsps: 322 } as const;

/** Open although the rules for the web close what is below 1024. */
export const RTSP_PORTS: readonly number[] = [554, 322, 8554];

/** Host without `%`, so that an escaped host cannot mean something else to the next parser; then a port. */
const HOST = /^(\[[0-9a-f:.]{2,45}\]|[\p{L}\p{Nd}_][\p{L}\p{M}\p{Nd}_.-]{0,252})(?::(\d{1,5}))?$/iu;

/** What RFC 3986 allows in a path and a query, and what cameras write there all the same. */
const PATH = /^(?:[\w.~!$&'()*+,;=:@/?[\]|{}-]|%[0-9a-f]{2})*$/i;

/** As WHATWG writes whatever it takes for one. */
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

export interface RtspCredentials {
  username: string;
  password: string;
}

/** Where a camera is, without who asks. */
export interface RtspAddress {
  scheme: keyof typeof USUAL_PORTS;
  /** Lower case, punycode, IPv6 in brackets. */
  host: string;
  port: number;
  /** Path and query as they go over the wire: begins with `/`. */
  path: string;
  /** The one spelling of it. */
  href: string;
}

function refuse(message: string): never {
  throw new Failure('bad_address', message);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse('The user name or password has an escape (%) that cannot be read. Write % as %25.');
  }
}

/**
 * Of what is in front of the `@`. Everything but `:` may stand in it, special characters as escapes, which are decoded
 * once.
 */
function readCredentials(text: string): RtspCredentials {
  if (text.includes('@')) refuse('An @ in the user name or password must be written %40.');
  const colon = text.indexOf(':');
  const credentials = {
    username: decode(colon < 0 ? text : text.slice(0, colon)),
    password: colon < 0 ? '' : decode(text.slice(colon + 1)),
  };
  checkRtspCredentials(credentials);
  return credentials;
}

/** @throws Failure `bad_address` when they could not be sent, or would end the line that they are sent in. */
export function checkRtspCredentials({ username, password }: RtspCredentials): void {
  if (username === '') refuse('The user name of the camera is missing.');
  if (username.length > 255 || password.length > 1_024) refuse('The user name or password is too long.');
  if (hasControl(username) || hasControl(password))
    refuse('The user name or password has control characters in it.');
}

/**
 * WHATWG's rules for hosts apply to `http:` only, so the host is read as one of those. Whatever it would take for an
 * IPv4 address must be written as one: `2130706433` and `0177.1` are not names, and nobody means them well.
 */
function canonicalHost(host: string): string {
  const text = `http://${host}/`;
  if (!URL.canParse(text)) refuse('The host name in the address cannot be read.');
  const canonical = new URL(text).hostname;
  if (IPV4.test(canonical) && canonical !== host)
    refuse('Write the IP address of the camera as four numbers, as in 192.0.2.7.');
  return canonical;
}

/** @throws Failure `bad_address` for ports that no camera listens on */
function checkPort(port: number): void {
  if (port < 1 || port > 65_535) refuse('The port in the address must be between 1 and 65535.');
  if (port < 1_024 && !RTSP_PORTS.includes(port))
    refuse('The port in the address is not one of a camera: those are 554, 322 (rtsps), and 1024 and above.');
}

/**
 * Reads the address of a camera's stream by a grammar of its own, since URL parsers disagree on what the host of
 * `rtsp:` is. User name and password may be in it and are taken out.
 *
 * Says nothing about whether the address may be reached: that is the guard's, at connect time.
 *
 * @throws Failure `bad_address` with a sentence that says what to do; the address itself is never echoed.
 */
export function parseRtspAddress(input: string): {
  address: RtspAddress;
  credentials: RtspCredentials | null;
} {
  if (new TextEncoder().encode(input).length > MAX_LENGTH)
    refuse(`The address is longer than ${MAX_LENGTH} bytes.`);
  const text = input.trim();
  if (text === '') refuse('The address is empty. Give one that starts with rtsp://.');
  if (hasControl(text))
    refuse('The address contains control characters. Paste it again without line breaks.');
  if (/\s/.test(text)) refuse('The address contains blanks. Write them as %20.');
  if (text.includes('\\')) refuse('The address contains a backslash. Write it as %5C if it belongs there.');
  const [, given, rest] = /^([a-z]+):\/\/(.*)$/i.exec(text) ?? [];
  const scheme = given?.toLowerCase();
  if ((scheme !== 'rtsp' && scheme !== 'rtsps') || rest === undefined)
    refuse('The address must start with rtsp:// or rtsps://.');
  if (rest.includes('#')) refuse('A # in the address must be written %23.');
  const authority = /^[^/?]*/.exec(rest)?.[0] ?? '';
  const at = authority.lastIndexOf('@');
  const credentials = at < 0 ? null : readCredentials(authority.slice(0, at));
  const parts = HOST.exec(authority.slice(at + 1));
  if (!parts?.[1]) refuse('The host name or port in the address cannot be read.');
  const port = parts[2] === undefined ? USUAL_PORTS[scheme] : Number(parts[2]);
  checkPort(port);
  const tail = rest.slice(authority.length);
  if (!PATH.test(tail) || /%(?:[01][0-9a-f]|7f)/i.test(tail))
    refuse('The path of the address has characters that must be written as escapes, such as %20.');
  const path = tail.startsWith('/') ? tail : `/${tail}`;
  const host = canonicalHost(parts[1].toLowerCase());
  const shownPort = port === USUAL_PORTS[scheme] ? '' : `:${port}`;
  return {
    address: { scheme, host, port, path, href: `${scheme}://${host}${shownPort}${path}` },
    credentials,
  };
}

/** Takes user names and passwords out of a text that may hold addresses, for logs. */
export function withoutCredentials(text: string): string {
  return text.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/]*@/gi, '$1');
}
