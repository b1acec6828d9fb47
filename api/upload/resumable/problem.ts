import { ERRORS } from '@tus/server';
import { asProblem, Problem } from '../../problem.ts';
import { ChecksumMismatch } from './pieces.ts';

interface Said {
  status: number;
  code: string;
  title: string;
  detail: string;
}

/** What the tus library throws, by its own sentence, and what a person is told instead. */
const SAID = new Map<string, Said>([
  [
    ERRORS.FILE_NOT_FOUND.body,
    { status: 404, code: 'not_found', title: 'Not found', detail: 'There is no such upload.' },
  ],
  [
    ERRORS.FILE_NO_LONGER_EXISTS.body,
    {
      status: 410,
      code: 'upload_gone',
      title: 'The upload is gone',
      detail: 'It expired, or its pieces are on another host. Begin the upload anew.',
    },
  ],
  [
    ERRORS.INVALID_OFFSET.body,
    {
      status: 409,
      code: 'offset_conflict',
      title: 'The piece does not begin where the upload ends',
      detail: 'Ask with HEAD how far the upload is and go on from there.',
    },
  ],
  [
    ERRORS.ERR_LOCK_TIMEOUT.body,
    {
      status: 423,
      code: 'upload_busy',
      title: 'Another request is writing to this upload',
      detail: 'Try again in a moment.',
    },
  ],
  [
    ERRORS.ABORTED.body,
    {
      status: 423,
      code: 'upload_busy',
      title: 'Another request took over this upload',
      detail: 'Ask with HEAD how far the upload is and go on from there.',
    },
  ],
]);

const TOO_LARGE: Said = {
  status: 413,
  code: 'too_large',
  title: 'The upload is larger than it may be',
  detail:
    'More bytes were sent than were announced, or than MAX_FILE_BYTES (pictures) or MAX_ARCHIVE_BYTES allow.',
};

/** `null`: nothing that a client is told of. */
export function tusProblem(error: unknown): Problem | null {
  if (error instanceof ChecksumMismatch) {
    return new Problem({
      status: 460,
      code: 'checksum_mismatch',
      title: 'The piece was damaged on its way',
      detail: `${error.message} Nothing of it was kept; send it again.`,
    });
  }
  const known = asProblem(error);
  if (known !== null) return known;
  const { status_code: status, body } = (error ?? {}) as { status_code?: unknown; body?: unknown };
  if (typeof status !== 'number' || typeof body !== 'string') return null;
  const said = status === 413 ? TOO_LARGE : SAID.get(body);
  if (said !== undefined) return new Problem(said);
  if (status >= 500 && status !== 501) return null;
  return new Problem({
    status,
    code: 'bad_request',
    title: 'The request cannot be read',
    detail: body.trim(),
  });
}
