import { Failure } from '../../../domain/failures.ts';
import { readXml } from './xml.ts';

/** An answer that is not what was asked for. It never holds more of the body than the code and the region. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  /** As S3 names it; empty when the answer had no body. */
  readonly code: string;
  readonly region: string | null;
  readonly full: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(status: number, body: string, headers: Readonly<Record<string, unknown>>) {
    const { fields } = readXml(body.slice(0, 64 * 1024));
    const code = fields.get('Code') ?? '';
    super(`the store answered ${status}${code === '' ? '' : ` ${code.slice(0, 60)}`}`);
    this.status = status;
    this.code = code;
    const region = fields.get('Region') ?? headers['x-amz-bucket-region'];
    this.region = typeof region === 'string' ? region.slice(0, 40) : null;
    this.full = status === 507 || FULL.has(code) || /no space left|quota exceeded/i.test(body);
    const seconds = Number(headers['retry-after']);
    this.retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 30) * 1_000 : undefined;
  }

  /** Whether the same request may well succeed in a moment. */
  get passing(): boolean {
    if (this.full) return false;
    return this.status >= 500 || this.status === 408 || this.status === 429 || PASSING.has(this.code);
  }
}

/** Spellings of "no room" of several servers. */
const FULL = new Set([
  'InsufficientStorage',
  'QuotaExceeded',
  'StorageFull',
  'XMinioStorageFull',
  'BucketQuotaExceeded',
]);
/** Client errors that are none: damage and delays on the way, and two writers of one key. */
const PASSING = new Set([
  'BadDigest',
  'IncompleteBody',
  'InvalidDigest',
  'OperationAborted',
  'ConditionalRequestConflict',
  'RequestTimeout',
  'SlowDown',
  'XAmzContentChecksumMismatch',
  'XAmzContentSHA256Mismatch',
]);

const MISCONFIGURED: Readonly<Record<string, string>> = {
  AccessDenied: 'The object store refuses access: the key may not do this.',
  InvalidAccessKeyId: 'The object store does not know the access key (S3_ACCESS_KEY).',
  InvalidBucketName: 'The bucket (S3_BUCKET) does not have the name of one.',
  NoSuchBucket: 'The object store has no such bucket (S3_BUCKET).',
  RequestTimeTooSkewed: 'The clock of this machine is too far from that of the object store.',
  // versitygw's spelling of InvalidAccessKeyId.
  XAdminUserNotFound: 'The object store does not know the access key (S3_ACCESS_KEY).',
  SignatureDoesNotMatch:
    'The object store refuses the signature: the secret key (S3_SECRET_KEY) is not right.',
};
const ELSEWHERE = new Set([
  'AuthorizationHeaderMalformed',
  'IncorrectEndpoint',
  'InvalidRegion',
  'PermanentRedirect',
  'TemporaryRedirect',
]);

/** How trouble with the store is told: what it was, and never a body, a header or a key. */
export function storeFailure(error: unknown): unknown {
  if (error instanceof Failure || error instanceof TypeError) return error;
  if (!(error instanceof Refused)) {
    const code = codeOf(error);
    if (code === 'ENOSPC' || code === 'EDQUOT')
      return new Failure('storage_full', 'No space for temporary files.', { cause: error });
    return new Failure('store_unavailable', `The object store did not answer (${code ?? 'unknown'}).`, {
      cause: error,
    });
  }
  if (error.full) return new Failure('storage_full', 'The object store has no space left.', { cause: error });
  if (error.code === 'NoSuchKey' || (error.status === 404 && error.code === ''))
    return new Failure('object_missing', 'The object is not in the store.', { cause: error });
  const known = MISCONFIGURED[error.code];
  if (known !== undefined) return new Failure('store_misconfigured', known, { cause: error });
  if (ELSEWHERE.has(error.code) || error.status === 301 || error.status === 307) {
    const where = error.region === null ? '' : ` It names the region ${error.region}.`;
    return new Failure(
      'store_misconfigured',
      `The bucket is in another region or at another endpoint (S3_REGION, S3_ENDPOINT).${where}`,
      { cause: error },
    );
  }
  if (error.status === 401 || error.status === 403)
    return new Failure('store_misconfigured', 'The object store refuses access.', { cause: error });
  return new Failure('store_unavailable', `The object store failed: ${error.message}.`, {
    cause: error,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  });
}

/** The same for a request that nothing but the settings can be wrong with. */
export function settingsFailure(error: unknown): unknown {
  const failure = storeFailure(error);
  if (!(error instanceof Refused) || error.status >= 500 || error.passing || error.full) return failure;
  if (failure instanceof Failure && failure.type === 'store_misconfigured') return failure;
  return new Failure('store_misconfigured', `The object store refuses its settings: ${error.message}.`, {
    cause: error,
  });
}

export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'cause' in error ? codeOf(error.cause) : undefined;
}
