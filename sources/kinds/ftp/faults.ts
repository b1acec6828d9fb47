import { FTPError } from 'basic-ftp';
import { Failure, type FailureType } from '../../../domain/failures.ts';
import { codeOf } from '../../reach/faults.ts';

/** What was asked for tells what a refusal means. */
export type Asked = 'login' | 'root' | 'directory' | 'file';

const CROWDED = /too many|maximum|max\.? (number|clients|users)|limit|try again later/i;
const SECURE = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|EPROTO)/;

/** Code 550 says that a file is not there, or that it may not be read, or anything else (RFC 959 §4.2). */
function typeOf550(message: string, asked: Asked): FailureType {
  if (/denied|permission|not allowed|forbidden/i.test(message)) return 'read_denied';
  if (asked === 'root') return 'source_not_found';
  if (asked === 'file') return 'vanished';
  // vsftpd has one sentence for both. The parent was listed, so it more likely is closed than gone.
  return /no such|not found|exist/i.test(message) ? 'source_not_found' : 'read_denied';
}

function typeOf({ code, message }: FTPError, asked: Asked): FailureType {
  if (asked === 'login' && code !== 120 && CROWDED.test(message)) return 'source_throttled';
  switch (code) {
    case 421:
      return CROWDED.test(message) ? 'source_throttled' : 'source_unreachable';
    case 425:
      return 'source_unreachable';
    case 426:
      return 'short_read';
    case 331:
    case 332:
    case 430:
    case 530:
    case 532:
      return 'auth_failed';
    case 500:
    case 501:
    case 502:
    case 503:
    case 504:
      return 'bad_response';
    case 550:
    case 553:
      return typeOf550(message, asked);
    default:
      return asked === 'login' && code >= 500 ? 'auth_failed' : 'source_error';
  }
}

const SENTENCES: Partial<Record<FailureType, string>> = {
  auth_failed: 'The FTP server refuses the user name or the password',
  read_denied: 'The FTP server does not let it be read',
  source_not_found: 'The FTP server has no such directory',
  source_throttled: 'The FTP server has too many visitors',
  source_unreachable: 'The FTP server broke the connection off',
  short_read: 'The FTP server broke the transfer off',
  vanished: 'The FTP server no longer has the file',
  bad_response: 'The FTP server does not understand a command that is needed',
};

/**
 * What an error of the FTP client means. Failures pass unchanged. What the server wrote is not kept: it is read for a
 * hint and may hold anything.
 *
 * @param inBody whether content was on its way
 */
export function ftpFailure(error: unknown, asked: Asked, inBody = false): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof FTPError) {
    const type = typeOf(error, asked);
    if (type === 'auth_failed' && /encrypt|\bTLS\b|\bSSL\b/i.test(error.message)) {
      return new Failure(
        'auth_failed',
        `The FTP server wants a secure connection (${error.code}): set "tls" to "explicit".`,
      );
    }
    return new Failure(type, `${SENTENCES[type] ?? 'The FTP server gave an error'} (${error.code}).`);
  }
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : '';
  const shown = /^[A-Z_]{3,64}$/.test(code) ? ` (${code})` : '';
  if (SECURE.test(code)) {
    return new Failure('source_unreachable', `No secure connection to the FTP server can be made${shown}.`);
  }
  if (code === 'ETIMEDOUT' || message.startsWith('Timeout')) {
    return new Failure('source_timeout', 'The FTP server was too slow: it said nothing for half a minute.');
  }
  if (/maximum (allowed )?size|exceed/i.test(message)) {
    return new Failure('listing_too_large', 'The listing of a directory is too large. Import parts of it.');
  }
  if (message.startsWith("Can't parse")) {
    return new Failure('bad_response', 'The FTP server gave an answer that cannot be read.');
  }
  return inBody
    ? new Failure('short_read', `The connection broke in the middle of a transfer${shown}.`)
    : new Failure('source_unreachable', `The FTP server did not answer${shown}.`);
}
