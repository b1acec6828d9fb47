import { Failure } from '../../domain/failures.ts';
import { checkRtspCredentials, parseRtspAddress, type RtspCredentials } from '../../domain/rtspAddress.ts';
import { pointing, wrong } from '../problem.ts';

export interface GivenAddress {
  rtsp_url?: string | undefined;
  username?: string | null | undefined;
  password?: string | null | undefined;
}

export interface ReadAddress {
  /** Canonical, without credentials; `undefined`: nothing was said of it. */
  address: string | undefined;
  /** Scheme, host and port: credentials are for that alone. */
  origin: string | undefined;
  /** `null`: none any more; `undefined`: nothing was said of them. */
  credentials: RtspCredentials | null | undefined;
}

export const originOf = (address: string): string => /^[a-z]+:\/\/[^/]*/.exec(address)?.[0] ?? address;

/** User name and password from the address or the fields beside it. @throws Problem 422 */
export function readAddress({ rtsp_url, username, password }: GivenAddress): ReadAddress {
  const parsed = rtsp_url === undefined ? null : pointing('rtsp_url', () => parseRtspAddress(rtsp_url));
  const address = parsed?.address.href;
  const where = { address, origin: address === undefined ? undefined : originOf(address) };
  const inAddress = parsed?.credentials ?? null;
  const beside = username !== undefined || password !== undefined;
  if (inAddress !== null && beside && (username || password))
    throw wrong('username', 'is in the address already; give it there or here');
  if (inAddress !== null) return { ...where, credentials: inAddress };
  if (!beside) return { ...where, credentials: undefined };
  if (!username) {
    if (password) throw wrong('username', 'is needed with a password');
    return { ...where, credentials: null };
  }
  // Some cameras have users without a password.
  if (password === undefined || password === null)
    throw wrong('password', 'is needed with a username; it may be empty');
  const credentials = { username, password };
  try {
    checkRtspCredentials(credentials);
  } catch (error) {
    if (error instanceof Failure) throw wrong('username', error.message);
    throw error;
  }
  return { ...where, credentials };
}
