import { purging } from './proxies.ts';

/**
 * What the schedule of the trash starts: has everything purged that lies there for longer than it has to.
 *
 * Guarantee: a purge that began goes on by itself, whatever becomes of this.
 * @returns the purge; `null`: there was nothing to do
 */
export async function emptyTrash(): Promise<string | null> {
  return await purging.beginEmptyingTrash.executeWithOptions({ summary: 'what is old enough' }, []);
}
