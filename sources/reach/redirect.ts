import { Failure } from '../../domain/failures.ts';
import { hasControl } from '../../domain/text.ts';
import type { ResponseHead } from './response.ts';

export const MAX_HOPS = 5;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export function isRedirect(head: ResponseHead): boolean {
  return REDIRECTS.has(head.status);
}

/**
 * Where a redirect leads. Another host is fine (the guard checks it, and credentials stay behind); another scheme is
 * not, except from http up to https.
 *
 * @throws Failure `redirect_refused`, or `bad_response` when it leads nowhere.
 */
export function redirectTarget(head: ResponseHead): URL {
  const location = head.header('location')?.trim();
  if (location === undefined || location === '') {
    throw new Failure('bad_response', `${head.url.host} redirects without saying where to.`);
  }
  const refuse = (why: string) => new Failure('redirect_refused', `${head.url.host} redirects to ${why}.`);
  if (hasControl(location) || location.includes('\\'))
    throw refuse('an address with characters that no address may have');
  let target: URL;
  try {
    target = new URL(location, head.url);
  } catch {
    throw refuse('something that is not an address');
  }
  if (target.protocol !== 'http:' && target.protocol !== 'https:')
    throw refuse('something that is not http or https');
  if (head.url.protocol === 'https:' && target.protocol === 'http:') throw refuse('an unencrypted address');
  if (target.username !== '' || target.password !== '') throw refuse('an address with credentials in it');
  target.hash = '';
  return target;
}
