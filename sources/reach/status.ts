import { Failure, type FailureType } from '../../domain/failures.ts';
import type { ResponseHead } from './response.ts';
import { retryAfterMs } from './retryAfter.ts';

/** What a 404 means depends on what was asked for: a listed file vanished, an address never was. */
export type Asked = 'file' | 'listing';

function typeOf(status: number, asked: Asked): FailureType {
  switch (status) {
    case 401:
    case 403:
    case 407:
      return 'auth_failed';
    case 404:
    case 410:
      return asked === 'file' ? 'vanished' : 'source_not_found';
    case 429:
      return 'source_throttled';
    case 416:
      return 'bad_response';
    default:
      return status >= 400 ? 'source_error' : 'bad_response';
  }
}

const SENTENCES: Partial<Record<FailureType, string>> = {
  auth_failed: 'The source refused access',
  vanished: 'The source no longer has the file',
  source_not_found: 'The source has nothing at this address',
  source_throttled: 'The source asked us to slow down',
  bad_response: 'The source gave an answer that does not fit the question',
};

/** The failure that an unwanted status means. */
export function statusFailure(head: ResponseHead, asked: Asked): Failure {
  const type = typeOf(head.status, asked);
  const wait =
    head.status === 429 || head.status === 503 ? retryAfterMs(head.header('retry-after')) : undefined;
  const message = `${SENTENCES[type] ?? 'The source answered with an error'} (HTTP ${head.status} from ${head.url.host}).`;
  return new Failure(type, message, wait === undefined ? {} : { retryAfterMs: wait });
}
