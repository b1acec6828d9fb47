import pLimit from 'p-limit';
import { Failure, type FailureType } from '../../../domain/failures.ts';
import type { DriveApi } from './api.ts';
import type { Shortcut } from './cursor.ts';
import type { DriveFile } from './wire.ts';

/** To one visitor these are the same: there is nothing behind the shortcut. */
const DANGLING: ReadonlySet<FailureType> = new Set(['vanished', 'read_denied']);

/**
 * Looks at what shortcuts point at, which Drive tells one at a time only.
 * @returns one for each, in their order; `null`: it points at nothing that this visitor can see.
 * @throws Failure when Drive cannot answer now, so that the page is tried again.
 */
export async function findTargets(
  api: DriveApi,
  shortcuts: readonly Shortcut[],
  signal: AbortSignal,
): Promise<(DriveFile | null)[]> {
  const limit = pLimit(6);
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);

  async function find({ target }: Shortcut): Promise<DriveFile | null> {
    try {
      const file = await api.get(target, 'listed', both);
      if (file.trashed) return null;
      return { ...file, resourceKey: file.resourceKey ?? target.resourceKey };
    } catch (error) {
      if (error instanceof Failure && DANGLING.has(error.type)) return null;
      throw error;
    }
  }

  try {
    return await Promise.all(shortcuts.map((shortcut) => limit(find, shortcut)));
  } catch (error) {
    // Drive asked us to slow down, perhaps: the rest of them is not asked for.
    stop.abort(error);
    throw error;
  }
}
