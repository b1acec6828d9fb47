import { formatHostAddress, type HostAddress, parseHostAddress } from '../../tree/hostAddress.ts';

/** Implicit TLS has a port of its own (IANA). */
export const FTP_PORTS = { ftp: 21, ftps: 990 } as const;

/**
 * @returns the place, and its canonical address. As in RFC 1738 §3.2.2 a path begins at the directory that a login leads
 *   to; one that begins at the server's own root is written `ftp://host/%2Fpath`.
 * @throws Failure `bad_address`
 */
export function parseFtpAddress(input: string): { place: HostAddress; address: string } {
  const place = parseHostAddress(input, FTP_PORTS);
  const [first, ...others] = place.segments;
  const split = others.flatMap((each) => each.split('/')).filter((each) => each !== '');
  const head = first === undefined ? [] : first.split('/').filter((each) => each !== '');
  const segments = [...head, ...split];
  if (first?.startsWith('/')) segments[0] = `/${segments[0] ?? ''}`;
  const tidied = { ...place, segments };
  return { place: tidied, address: formatHostAddress(tidied) };
}

/** The directory that an address means, as paths below it begin: empty, or ending with `/`. */
export const rootPrefix = ({ segments }: HostAddress) =>
  segments.map((each) => (each === '/' ? each : `${each}/`)).join('');

/**
 * @param path as locators have it: from the root of the server when it begins with `/`, else from `home`
 * @param home where the login leads to, absolute
 */
export function absolutePath(path: string, home: string): string {
  const whole = path.startsWith('/') ? path : `${home.replace(/\/$/, '')}/${path}`;
  return whole.length > 1 ? whole.replace(/\/$/, '') : whole;
}
