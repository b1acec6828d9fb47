import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RenditionFile } from '../../domain/facts.ts';
import { Failure } from '../../domain/failures.ts';
import type { Rendition } from '../plan.ts';

/**
 * Writes `<preset>.<extension>` for each rendition.
 *
 * @throws Failure `storage_full`, or `internal_error` when the directory cannot be written to.
 */
export function writeRenditions(dir: string, renditions: readonly Rendition[]): RenditionFile[] {
  return renditions.map(({ data, ...rendition }) => {
    const file = path.join(dir, `${rendition.preset}.${rendition.extension}`);
    try {
      writeFileSync(file, data);
    } catch (error) {
      throw writeFailure(error);
    }
    const sha256 = createHash('sha256').update(data).digest('hex');
    return { ...rendition, path: file, bytes: data.length, sha256 };
  });
}

function writeFailure(cause: unknown): Failure {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new Failure('storage_full', 'There is no space left for the renditions; free some and retry.', {
      cause,
    });
  }
  return new Failure('internal_error', `The renditions could not be written (${code}).`, { cause });
}
