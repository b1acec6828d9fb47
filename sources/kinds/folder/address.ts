import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../../../domain/failures.ts';
import { hasControl } from '../../../domain/text.ts';

const MAX_LENGTH = 4_096;

/** Whether `inner` is `outer` or below it. Both absolute and normal. */
export function isInside(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(outer.endsWith('/') ? outer : `${outer}/`);
}

/**
 * An absolute path from a path or a file:// URL, without `..`, doubled or trailing slashes. Looks at the text only: the
 * folder may be on another machine than the one that reads its address.
 *
 * @throws Failure `bad_address`
 */
export function parseFolderPath(input: string): string {
  const text = input.trim();
  const refuse = (message: string) => new Failure('bad_address', message);
  if (text.length > MAX_LENGTH) throw refuse(`The path is longer than ${MAX_LENGTH} characters.`);
  if (hasControl(text)) throw refuse('The path contains control characters.');
  if (text.startsWith('~'))
    throw refuse('Give the whole path of the folder; "~" is not known to the server.');
  let given = text;
  if (/^file:/i.test(text)) {
    try {
      const url = new URL(text);
      if (url.hostname !== '' || url.search !== '' || url.hash !== '') throw new Error('not a plain path');
      given = fileURLToPath(url);
    } catch {
      throw refuse('The file:// address cannot be read. It must look like file:///absolute/path.');
    }
    if (hasControl(given)) throw refuse('The path contains control characters.');
  }
  if (!path.isAbsolute(given))
    throw refuse('The path of the folder must be absolute: it must start with "/".');
  const normal = path.normalize(given);
  return normal.length > 1 ? normal.replace(/\/+$/, '') : normal;
}
