import { Failure } from '../../../domain/failures.ts';

const HOUR = 3_600_000;

const USED_UP =
  /quota|too many users (have )?(viewed|downloaded)|can(no|')t view or download this file at this time/i;
const TOO_FAST = /unusual traffic|automated quer|\/sorry\/|captcha/i;
const SIGN_IN = /servicelogin|accounts\.google\.com|sign in|you need access|request access/i;
const HARMFUL = /infected|malware|only the owner (may|can) download/i;

/** A page for people starts like this, whatever its head calls it. */
export function looksLikePage(start: Buffer): boolean {
  return /^\s*<(!doctype|html)/i.test(start.subarray(0, 256).toString('latin1').replace(/^ï»¿/, ''));
}

/** What Google tells people in a page, where the bytes of a file or an answer of the API should have been. */
export function pageFailure(page: string): Failure {
  if (TOO_FAST.test(page)) {
    return new Failure(
      'source_throttled',
      'Google sees too many requests from here and sent a page instead.',
    );
  }
  if (USED_UP.test(page)) {
    return new Failure(
      'quota_exhausted',
      'The file was downloaded too often in one day; Google lets nobody fetch it for some hours.',
      { retryAfterMs: HOUR },
    );
  }
  if (HARMFUL.test(page)) {
    return new Failure(
      'read_denied',
      'Google flagged the file as harmful and gives it to nobody but its owner.',
    );
  }
  if (SIGN_IN.test(page)) {
    return new Failure(
      'auth_failed',
      'It is not shared with everybody who has the link: Google asks for a sign-in.',
    );
  }
  return new Failure('bad_response', 'Google sent a page instead of the file.');
}
