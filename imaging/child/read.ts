import { readFileSync } from 'node:fs';
import { Failure } from '../../domain/failures.ts';
import { isOutOfMemory } from '../rejection.ts';

/**
 * Synchronous, like all files in a child: nothing else waits in this process, and no threads need to be woken.
 *
 * @throws Failure `object_missing`, or `internal_error` when the file cannot be read
 */
export function readInput(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'ENOENT')
      throw new Failure('object_missing', 'The original is not where it was stored.', { cause });
    if (cause instanceof Error && isOutOfMemory(cause.message)) throw cause;
    throw new Failure('internal_error', `The original could not be read (${code || 'unknown error'}).`, {
      cause,
    });
  }
}
