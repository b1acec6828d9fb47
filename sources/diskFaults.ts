import { Failure } from '../domain/failures.ts';
import { codeOf } from './reach/faults.ts';

/** What an error means that our own disk gave while bytes were written; anything unknown passes unchanged. */
export function writeFailure(error: unknown): unknown {
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new Failure(
      'storage_full',
      `There is no space left for the file that was being fetched (${code}).`,
      { cause: error },
    );
  }
  return error;
}
