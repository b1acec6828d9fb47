/** What the reasons in Google's errors come down to. */
export type Meaning =
  | 'too_fast'
  | 'day_used_up'
  | 'file_used_up'
  | 'bad_key'
  | 'bad_login'
  | 'harmful'
  | 'no_download'
  | 'no_bytes'
  | 'denied'
  | 'absent';

/**
 * By `error.errors[].reason` and `error.details[].reason` (developers.google.com/workspace/drive/api/guides/handle-errors,
 * cloud.google.com/apis/design/errors), and `error` of the token endpoint (RFC 6749 §5.2).
 */
const MEANINGS: Readonly<Record<Meaning, string>> = {
  too_fast:
    'userRateLimitExceeded rateLimitExceeded RATE_LIMIT_EXCEEDED sharingRateLimitExceeded RESOURCE_EXHAUSTED ' +
    'concurrentLimitExceeded rate_limit_exceeded slow_down',
  day_used_up: 'dailyLimitExceeded quotaExceeded quota_exceeded',
  file_used_up: 'downloadQuotaExceeded',
  bad_key:
    'keyInvalid keyExpired API_KEY_INVALID accessNotConfigured SERVICE_DISABLED ipRefererBlocked ' +
    'API_KEY_HTTP_REFERRER_BLOCKED API_KEY_IP_ADDRESS_BLOCKED API_KEY_SERVICE_BLOCKED API_KEY_ANDROID_APP_BLOCKED ' +
    'API_KEY_IOS_APP_BLOCKED CONSUMER_INVALID CONSUMER_SUSPENDED BILLING_DISABLED dailyLimitExceededUnreg',
  bad_login:
    'authError invalid_grant invalid_client unauthorized_client invalid_scope access_denied deleted_client ' +
    'disabled_client admin_policy_enforced required ACCESS_TOKEN_SCOPE_INSUFFICIENT insufficientPermissions ' +
    'UNAUTHENTICATED domainPolicy',
  harmful: 'cannotDownloadAbusiveFile',
  no_download: 'cannotDownloadFile downloadRestricted',
  no_bytes: 'fileNotDownloadable',
  denied: 'insufficientFilePermissions forbidden PERMISSION_DENIED appNotAuthorizedToFile',
  absent: 'notFound NOT_FOUND',
};

const BY_REASON = new Map(
  Object.entries(MEANINGS).flatMap(([meaning, reasons]) =>
    reasons.split(' ').map((reason) => [reason, meaning as Meaning] as const),
  ),
);

/** The first reason that is known. `null`: none is, so the status has to do. */
export function meaningOf(reasons: readonly string[]): { meaning: Meaning; reason: string } | null {
  for (const reason of reasons) {
    const meaning = BY_REASON.get(reason);
    if (meaning !== undefined) return { meaning, reason };
  }
  return null;
}
