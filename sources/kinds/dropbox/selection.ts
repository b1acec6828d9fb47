import { createFilter } from '../../globs.ts';
import type { DropboxPlace } from './address.ts';
import type { Entry } from './answers.ts';
import type { DropboxSettings } from './settings.ts';

/** What of a tree is wanted; paths are those below the address. */
export function createSelection(place: DropboxPlace, settings: DropboxSettings) {
  const wanted = createFilter(settings.include, settings.exclude);
  const pruned = createFilter([], settings.exclude);
  const rootDepth = place.type === 'own' ? place.path.split('/').length : 0;

  return {
    /**
     * The folder that an entry is in. `null`: it is the address itself, or has no place in the account.
     * @param folder the one that was asked for, which is the parent of all that a link shows: it gives no paths
     */
    parentOf(entry: Entry, folder: string): string | null {
      if (place.type === 'link') return folder;
      // Spellings of the parents may differ in case from the address, so names are counted rather than compared.
      const names = entry.path_display?.split('/').slice(rootDepth) ?? [];
      return names.length === 0 ? null : names.slice(0, -1).join('/');
    },
    /** Whether a folder is to be looked into. */
    follows(path: string): boolean {
      return settings.recursive && path.split('/').length <= settings.maxDepth && pruned(path);
    },
    wants(path: string): boolean {
      const names = path.split('/');
      if (!wanted(path) || names.length - 1 > settings.maxDepth) return false;
      // Links are pruned folder by folder; what comes in one go has all its parents to be asked for.
      return place.type === 'link' || names.every((_, i) => i === 0 || pruned(names.slice(0, i).join('/')));
    },
  };
}
