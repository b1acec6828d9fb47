import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../domain/failures.ts';

export interface ScratchDir {
  path: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A directory for one piece of work, gone afterwards. @throws Failure `storage_full` */
export async function scratchDir(root: string, purpose: string): Promise<ScratchDir> {
  try {
    await mkdir(root, { recursive: true });
    const directory = await mkdtemp(path.join(root, `${purpose}-`));
    return { path: directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new Failure('storage_full', 'No space for temporary files.');
    throw error;
  }
}
