import { realpath, stat } from 'node:fs/promises';
import { Failure } from '../../../domain/failures.ts';
import { codeOf } from '../../reach/faults.ts';
import { isInside } from './address.ts';
import { readFailure } from './faults.ts';

/**
 * Where a folder really is. Roots are compared after symbolic links are resolved on both sides, so that a link cannot
 * lead out of them.
 *
 * @param allowedRoots `null`: any folder.
 * @throws Failure `source_not_found`, `bad_address` (a file, or outside the allowed roots), `read_denied`, `source_error`.
 */
export async function findRoot(path: string, allowedRoots: readonly string[] | null): Promise<string> {
  try {
    const real = await realpath(path);
    if (allowedRoots !== null) {
      const roots = await Promise.all(allowedRoots.map((root) => realpath(root).catch(() => null)));
      if (!roots.some((root) => root !== null && isInside(root, real))) throw outsideRoots();
    }
    if (!(await stat(real)).isDirectory()) {
      throw new Failure('bad_address', 'The path is that of a file. Give the folder that holds it.');
    }
    return real;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new Failure('source_not_found', 'There is no folder at this path.', { cause: error });
    }
    throw readFailure(error);
  }
}

/** One sentence for folders that exist and folders that do not. */
export function outsideRoots(): Failure {
  return new Failure('bad_address', 'The folder is not below one of the folders that imports may read.');
}
