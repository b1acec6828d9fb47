import { Failure, type FailureType } from '../../domain/failures.ts';

/** How far an exchange had come when it broke. */
export type Stage = 'before-response' | 'in-body';

const TIMEOUTS = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

/** The other side went away. In the middle of a body that is a short read, before it an absent server. */
const CLOSED = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'ECONNABORTED']);

const SECURE = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO)/;

export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** llhttp's refusals. undici gives them no code, and keeps the bytes that it stumbled over in them. */
function isParserError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'HTTPParserError';
}

/** undici closes the socket itself over an answer that it cannot use: `bad response`, `bad upgrade`. */
function isBadAnswer(error: unknown): boolean {
  return codeOf(error) === 'UND_ERR_SOCKET' && error instanceof Error && error.message.startsWith('bad ');
}

/** The connection ended before a single byte of an answer: what a kept-alive connection does when it was stale. */
export function isClosedEarly(error: unknown, stage: Stage): boolean {
  return stage === 'before-response' && CLOSED.has(codeOf(error)) && !isBadAnswer(error);
}

function typeOf(error: unknown, stage: Stage): FailureType {
  const code = codeOf(error);
  if (TIMEOUTS.has(code)) return 'source_timeout';
  const endsEarly =
    code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' || (isParserError(error) && /EOF/.test(error.message));
  if (stage === 'in-body' && (endsEarly || (CLOSED.has(code) && !isBadAnswer(error)))) return 'short_read';
  if (endsEarly || isParserError(error) || isBadAnswer(error) || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return 'bad_response';
  }
  return 'source_unreachable';
}

/** What a broken exchange means. Failures pass unchanged; anything unknown is a source that did not answer. */
export function networkFailure(error: unknown, host: string, stage: Stage): Failure {
  if (error instanceof Failure) return error;
  const type = typeOf(error, stage);
  const code = codeOf(error);
  const shown = code === '' ? '' : ` (${code})`;
  // What upstream sent does not belong into an error that is stored and logged.
  const options = isParserError(error) ? {} : { cause: error };
  switch (type) {
    case 'source_timeout':
      return new Failure(type, `${host} was too slow${shown}.`, options);
    case 'short_read':
      return new Failure(type, `${host} ended the download before it was complete.`, options);
    case 'bad_response':
      return new Failure(type, `${host} answered with something that is not valid HTTP${shown}.`, options);
    default:
      if (SECURE.test(code)) {
        return new Failure(type, `No trusted secure connection to ${host} can be made${shown}.`, options);
      }
      return new Failure(type, `${host} did not answer${shown}.`, options);
  }
}
