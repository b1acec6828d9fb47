import { Failure } from '../../domain/failures.ts';

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

/** How undici and llhttp report a body that ends before its announced length or its last chunk. */
const CUT_SHORT = new Set(['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'HPE_INVALID_EOF_STATE']);

export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** The connection ended before a single byte of an answer: what a kept-alive connection does when it was stale. */
export function isClosedEarly(error: unknown, stage: Stage): boolean {
  if (stage !== 'before-response' || !CLOSED.has(codeOf(error))) return false;
  return !(error instanceof Error && error.message.startsWith('bad '));
}

/** What a broken exchange means. Failures pass unchanged; anything unknown is a source that did not answer. */
export function networkFailure(error: unknown, host: string, stage: Stage): Failure {
  if (error instanceof Failure) return error;
  const code = codeOf(error);
  const shown = code === '' ? '' : ` (${code})`;
  const options = { cause: error };
  if (TIMEOUTS.has(code)) return new Failure('source_timeout', `${host} was too slow${shown}.`, options);
  if (stage === 'in-body' && (CLOSED.has(code) || CUT_SHORT.has(code))) {
    return new Failure('short_read', `${host} ended the download before it was complete.`, options);
  }
  const undiciProtocol =
    code === 'UND_ERR_SOCKET' && error instanceof Error && error.message.startsWith('bad ');
  if (
    code.startsWith('HPE_') ||
    code === 'UND_ERR_HEADERS_OVERFLOW' ||
    CUT_SHORT.has(code) ||
    undiciProtocol
  ) {
    return new Failure(
      'bad_response',
      `${host} answered with something that is not valid HTTP${shown}.`,
      options,
    );
  }
  if (/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO)/.test(code)) {
    return new Failure(
      'source_unreachable',
      `No trusted secure connection to ${host} can be made${shown}.`,
      options,
    );
  }
  return new Failure('source_unreachable', `${host} did not answer${shown}.`, options);
}
