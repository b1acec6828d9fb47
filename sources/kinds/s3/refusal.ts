import { Failure, type FailureType } from '../../../domain/failures.ts';
import type { Refusal } from '../../download/download.ts';
import type { ResponseHead } from '../../reach/response.ts';
import { retryAfterMs } from '../../reach/retryAfter.ts';
import type { Asked } from '../../reach/status.ts';
import { createXmlReader } from '../../xmlReader.ts';
import { REGION } from './settings.ts';

const LIMITS = { bytes: 64 * 1024, depth: 8, text: 32 * 1024 };

/** Codes of https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, and what other services add to them. */
const TYPES: Readonly<Record<string, FailureType>> = {
  InvalidAccessKeyId: 'auth_failed',
  SignatureDoesNotMatch: 'auth_failed',
  AuthorizationHeaderMalformed: 'auth_failed',
  ExpiredToken: 'auth_failed',
  InvalidToken: 'auth_failed',
  TokenRefreshRequired: 'auth_failed',
  InvalidSecurity: 'auth_failed',
  AccountProblem: 'auth_failed',
  NotSignedUp: 'auth_failed',
  RequestTimeTooSkewed: 'auth_failed',
  XAdminUserNotFound: 'auth_failed',
  InvalidBucketName: 'bad_address',
  SlowDown: 'source_throttled',
  SlowDownRead: 'source_throttled',
  ServiceUnavailable: 'source_throttled',
  Throttling: 'source_throttled',
  ThrottlingException: 'source_throttled',
  RequestLimitExceeded: 'source_throttled',
  TooManyRequests: 'source_throttled',
  BandwidthLimitExceeded: 'source_throttled',
  RequestTimeout: 'source_timeout',
  PreconditionFailed: 'changed_during_read',
  InvalidObjectState: 'not_downloadable',
};

const SENTENCES: Partial<Record<FailureType, string>> = {
  auth_failed: 'The S3 service refused access',
  read_denied: 'The S3 service does not let these credentials read the object',
  vanished: 'The bucket no longer has the object',
  source_not_found: 'The S3 service has no such bucket',
  source_throttled: 'The S3 service asked us to slow down',
  changed_during_read: 'The object was replaced while it was read',
  not_downloadable: 'The object lies in an archive and has to be restored first',
  bad_address: 'The S3 service does not accept the name of the bucket',
};

function typeOf(status: number, code: string, asked: Asked): FailureType {
  const known = Object.hasOwn(TYPES, code) ? TYPES[code] : undefined;
  if (known !== undefined) return known;
  if (status === 401) return 'auth_failed';
  // Buckets that one may not list answer so for every object that is not there, too.
  if (status === 403) return asked === 'file' ? 'read_denied' : 'auth_failed';
  if (status === 404) return asked === 'file' ? 'vanished' : 'source_not_found';
  if (status === 412) return 'changed_during_read';
  if (status === 429 || status === 503) return 'source_throttled';
  return status >= 400 && status !== 416 ? 'source_error' : 'bad_response';
}

/** The bucket is in another region than the one that was asked. */
export class Elsewhere extends Failure {
  readonly region: string;

  constructor(region: string) {
    super('bad_address', `The bucket is in the region ${region}. Give that as the setting "region".`);
    this.region = region;
  }
}

/** Reads an answer that is none, far enough to tell what it means. Nothing of it but its code is passed on. */
export function createRefusal(head: ResponseHead, asked: Asked, region: string): Refusal {
  let code = '';
  let found = head.header('x-amz-bucket-region') ?? '';
  let reader: ReturnType<typeof createXmlReader> | null = createXmlReader(
    'Error',
    {
      close(path, text) {
        if (path === 'Error/Code' && /^[A-Za-z0-9.]{1,64}$/.test(text)) code = text;
        if (path === 'Error/Region' && found === '') found = text;
      },
    },
    LIMITS,
  );
  return {
    write(chunk) {
      try {
        reader?.write(chunk);
      } catch {
        // Proxies and load balancers answer in HTML; the status has to do then.
        reader = null;
      }
    },
    failure() {
      const { status } = head;
      const astray = (status >= 300 && status < 400) || code === 'AuthorizationHeaderMalformed';
      if (astray && found !== region && REGION.test(found)) return new Elsewhere(found);
      const type = typeOf(status, code, asked);
      const said = SENTENCES[type] ?? 'The S3 service answered with an error';
      const wait = type === 'source_throttled' ? retryAfterMs(head.header('retry-after')) : undefined;
      const shown = code === '' ? `HTTP ${status}` : `${code}, HTTP ${status}`;
      return new Failure(
        type,
        `${said} (${shown} from ${head.url.host}).`,
        wait === undefined ? {} : { retryAfterMs: wait },
      );
    },
  };
}
