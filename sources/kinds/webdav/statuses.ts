import { Failure } from '../../../domain/failures.ts';
import type { ResponseHead } from '../../reach/response.ts';
import { statusFailure } from '../../reach/status.ts';

const passwordNeeded = (head: ResponseHead) =>
  new Failure(
    'password_needed',
    `The link asks for a password, or for another one (HTTP 401 from ${head.url.host}).`,
  );

/** What an answer to PROPFIND means that is no list. @param shared whether a public link is asked */
export function listingRefusal(head: ResponseHead, shared: boolean): Failure {
  if (head.status === 401 && shared) return passwordNeeded(head);
  // Web servers that know nothing of WebDAV refuse the method, or send their page.
  if ([200, 204, 400, 405, 415, 501].includes(head.status)) {
    return new Failure(
      'not_a_listing',
      `${head.url.host} does not answer as a WebDAV server does (HTTP ${head.status}). Give the address that its WebDAV is at.`,
    );
  }
  return statusFailure(head, 'listing');
}

/** Throws for answers that are refusals of one file. */
export function judgeFile(head: ResponseHead, shared: boolean): void {
  if (head.status === 401 && shared) throw passwordNeeded(head);
  if (head.status === 403)
    throw new Failure(
      'read_denied',
      `The server does not let this visitor read the file (HTTP 403 from ${head.url.host}).`,
    );
}
