import { Failure, type FailureType } from '../../../domain/failures.ts';
import type { Visitor } from './credentials.ts';
import { type Meaning, meaningOf } from './meanings.ts';
import { pageFailure } from './pages.ts';
import type { Refusal } from './refusal.ts';

/** What was asked for: what an import starts from, something that was listed, bytes of a listed file, a token. */
export type Asked = 'root' | 'listed' | 'bytes' | 'token';

const HOUR = 3_600_000;

type Said = readonly [type: FailureType, message: string, retryAfterMs?: number];

function badKey(by: Visitor): Said {
  if (by === 'installation') {
    return ['provider_misconfigured', 'Google does not accept the key of this installation (GOOGLE_API_KEY)'];
  }
  return [
    'auth_failed',
    'Google does not accept the credentials, or their project may not use the Drive API',
  ];
}

function harmful(by: Visitor): Said {
  if (by === 'account') return ['consent_needed', 'Google flagged the file as malware or spam'];
  return [
    'read_denied',
    'Google flagged the file as malware or spam, and gives such files to accounts only: give credentials of its owner',
  ];
}

function say(meaning: Meaning, asked: Asked, by: Visitor): Said {
  switch (meaning) {
    case 'too_fast':
      return ['source_throttled', 'Google Drive asked us to slow down'];
    case 'day_used_up':
      return ['quota_exhausted', 'The daily quota at Google Drive is used up', HOUR];
    case 'file_used_up':
      return [
        'quota_exhausted',
        'The file was downloaded too often in one day; Google lets nobody fetch it now',
        HOUR,
      ];
    case 'bad_key':
      return badKey(by);
    case 'bad_login':
      return ['auth_failed', 'Google refused access'];
    case 'harmful':
      return harmful(by);
    case 'no_download':
      return ['not_downloadable', 'Its owner does not allow the file to be downloaded'];
    case 'no_bytes':
      return ['native_document', 'It is a document of an online editor, which has no bytes of its own'];
    case 'denied':
      return asked === 'root' || asked === 'token'
        ? ['auth_failed', 'It is not shared with everybody who has the link, nor with these credentials']
        : ['read_denied', 'The file is not shared with these credentials'];
    case 'absent':
      return asked === 'root'
        ? ['source_not_found', 'There is nothing at this link, or it is shared with nobody']
        : ['vanished', 'Google Drive no longer has the file, or it is no longer shared'];
  }
}

function byStatus(status: number, asked: Asked, by: Visitor): Said {
  if (status === 429) return say('too_fast', asked, by);
  if (status >= 500) return ['source_error', 'Google Drive answered with an error'];
  if (asked === 'token' || status === 401) return say('bad_login', asked, by);
  if (status === 403) return say('denied', asked, by);
  if (status === 404 || status === 410) return say('absent', asked, by);
  if (status === 416) return ['changed_during_read', 'The file is shorter than the part of it that is there'];
  return ['bad_response', 'Google Drive gave an answer that does not fit the question'];
}

/** The failure that a refusal means. Nothing of what upstream wrote goes into it but the name of the reason. */
export function driveFailure(refusal: Refusal, asked: Asked, by: Visitor): Failure {
  if (refusal.page !== null && refusal.status < 500 && refusal.status !== 404) {
    const failure = pageFailure(refusal.page);
    if (failure.type !== 'bad_response') return failure;
  }
  const known = refusal.status >= 500 ? null : meaningOf(refusal.reasons);
  const [type, message, wait] = known ? say(known.meaning, asked, by) : byStatus(refusal.status, asked, by);
  const shown = `HTTP ${refusal.status}${known ? `, ${known.reason}` : ''}`;
  const retryAfterMs = wait ?? refusal.retryAfterMs;
  return new Failure(type, `${message} (${shown}).`, retryAfterMs === undefined ? {} : { retryAfterMs });
}
