import { existsSync } from 'node:fs';
import path from 'node:path';

/** Test material beside the checkout: real and hostile images, captured listings. Suites that need it are skipped without it. */
const SHARED = path.resolve(import.meta.dirname, '../../../shared');

/** The path of some of it, or `null` when it is not there. */
export function sharedPath(name: string): string | null {
  const at = path.join(SHARED, name);
  return existsSync(at) ? at : null;
}
