import { Failure } from '../../../domain/failures.ts';
import { codeOf } from '../../reach/faults.ts';

/** What an error means that reading a listed file or folder gave; anything unknown passes unchanged. */
export function readFailure(error: unknown): unknown {
  if (error instanceof Failure) return error;
  const code = codeOf(error);
  const options = { cause: error };
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return new Failure('read_denied', `Tributary may not read it (${code}).`, options);
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EISDIR':
      return new Failure('vanished', `It is no longer there (${code}).`, options);
    case 'ELOOP':
      return new Failure(
        'changed_during_read',
        'It was replaced by a symbolic link after it was listed.',
        options,
      );
    case 'EIO':
    case 'ESTALE':
    case 'EREMOTEIO':
    case 'ENXIO':
      return new Failure('source_error', `The disk or share gave an error (${code}).`, options);
    case 'ETIMEDOUT':
    case 'EHOSTDOWN':
    case 'EHOSTUNREACH':
    case 'ENOTCONN':
      return new Failure('source_unreachable', `The share does not answer (${code}).`, options);
    default:
      return error;
  }
}
