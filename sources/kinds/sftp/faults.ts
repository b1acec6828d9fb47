import { Failure } from '../../../domain/failures.ts';
import { codeOf } from '../../reach/faults.ts';

/** What was asked for tells what a refusal means. */
export type Asked = 'login' | 'root' | 'directory' | 'file';

/** Status codes of draft-ietf-secsh-filexfer-02 §7. */
const STATUS = { noSuchFile: 2, permissionDenied: 3, noConnection: 6, connectionLost: 7 } as const;

function statusFailure(status: number, asked: Asked): Failure {
  const code = ` (SFTP status ${status})`;
  switch (status) {
    case STATUS.noSuchFile:
      return asked === 'file'
        ? new Failure('vanished', `The SFTP server no longer has the file${code}.`)
        : new Failure('source_not_found', `The SFTP server has no such directory${code}.`);
    case STATUS.permissionDenied:
      return new Failure('read_denied', `The SFTP server does not let it be read${code}.`);
    case STATUS.noConnection:
    case STATUS.connectionLost:
      return new Failure('source_unreachable', `The SFTP server lost the connection${code}.`);
    default:
      return new Failure('source_error', `The SFTP server gave an error${code}.`);
  }
}

/** @returns `client-authentication`, `client-timeout`, `client-socket`, `handshake`, `protocol` …, as ssh2 puts it */
function levelOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { level } = error as { level?: unknown };
  return typeof level === 'string' ? level : '';
}

/**
 * What an error of the SSH client means. Failures pass unchanged. The error itself is not kept: it may hold what the
 * server wrote.
 *
 * @param inBody whether content was on its way
 */
export function sftpFailure(error: unknown, asked: Asked, inBody = false): Failure {
  if (error instanceof Failure) return error;
  const status = (error as { code?: unknown } | null)?.code;
  if (asked !== 'login' && typeof status === 'number') return statusFailure(status, asked);
  const code = codeOf(error);
  const shown = /^[A-Z_]{3,64}$/.test(code) ? ` (${code})` : '';
  const message = error instanceof Error ? error.message : '';
  switch (levelOf(error)) {
    case 'client-authentication':
      return new Failure('auth_failed', 'The SFTP server refuses the user name and the password or key.');
    case 'client-timeout':
      return new Failure('source_timeout', 'The SFTP server was too slow.');
    case 'handshake':
      if (/no matching host key/i.test(message)) {
        return new Failure('host_key_mismatch', 'The SFTP server has no key of the pinned type.');
      }
      return new Failure('bad_response', 'No secure connection can be agreed on with the SFTP server.');
    case 'protocol':
      return asked === 'login' && /connection lost|before handshake/i.test(message)
        ? new Failure('source_unreachable', 'The SFTP server broke the connection off.')
        : new Failure('bad_response', 'The other side does not speak SSH as it should.');
    default:
      return inBody
        ? new Failure('short_read', `The connection broke in the middle of a transfer${shown}.`)
        : new Failure('source_unreachable', `The SFTP server did not answer${shown}.`);
  }
}
