import { existsSync } from 'node:fs';
import path from 'node:path';

/** A relative path means one on this machine, from here; everything else goes to the server as it is. */
export function absoluteAddress(input: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(input)) return input;
  if (path.isAbsolute(input) || existsSync(input) || /^\.{1,2}([/\\]|$)/.test(input))
    return path.resolve(input);
  return input;
}
