import { formatHostAddress, type HostAddress, parseHostAddress } from '../../tree/hostAddress.ts';

export const SFTP_PORT = 22;

/**
 * @returns the place, and its canonical address. Paths begin at the root of the server (draft-ietf-secsh-scp-sftp-ssh-uri);
 *   those that begin with `/~/` at the directory that a login leads to.
 * @throws Failure `bad_address`
 */
export function parseSftpAddress(input: string): { place: HostAddress; address: string } {
  const given = parseHostAddress(input, { sftp: SFTP_PORT });
  const segments = given.segments.flatMap((each) => each.split('/')).filter((each) => each !== '');
  const place = { ...given, segments };
  return { place, address: formatHostAddress(place) };
}

/** The directory that an address means, as paths below it begin: ends with `/`. Servers read it from their home. */
export function rootPrefix({ segments }: HostAddress): string {
  const [first, ...others] = segments;
  const path = first === '~' ? ['.', ...others] : ['', ...segments];
  return `${path.join('/')}/`;
}
