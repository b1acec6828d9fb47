import { isNotAnImageByName, isSafeName } from '../../names.ts';
import type { ListingSkip, SourceItem } from '../../source.ts';
import type { PendingFolder, Shortcut } from './cursor.ts';
import { itemOf, segment, skippedItem } from './items.ts';
import { type DriveFile, isFolder, isNative, isShortcut } from './wire.ts';

/** What the files of one page of a folder turn into. */
export interface FolderContents {
  items: SourceItem[];
  folders: PendingFolder[];
  /** Those whose targets have to be looked at. */
  shortcuts: Shortcut[];
}

/** A shortcut that needs no look at its target. */
function skipOf({ name, shortcutDetails: to }: DriveFile): ListingSkip | null {
  if (to === undefined) return 'dangling_link';
  if (isFolder(to.targetMimeType)) return null;
  if (!isSafeName(name)) return 'bad_name';
  if (isNative(to.targetMimeType)) return 'native_document';
  return isNotAnImageByName(name) ? 'not_an_image' : null;
}

/** A folder below `parent`, called `name` there. */
export function folderBelow(
  parent: Pick<PendingFolder, 'path' | 'depth'>,
  name: string,
  { id, resourceKey }: Pick<DriveFile, 'id' | 'resourceKey'>,
): PendingFolder {
  return {
    id,
    resourceKey,
    path: `${parent.path}${segment(name, id)}/`,
    depth: parent.depth + 1,
  };
}

/** @param wanted by the path of names; what has a bad name is recorded in any case. */
export function sortOut(
  files: readonly DriveFile[],
  parent: PendingFolder,
  wanted: (path: string) => boolean,
): FolderContents {
  const found: FolderContents = { items: [], folders: [], shortcuts: [] };
  const shown = parent.path.replace(/\/$/, '');
  for (const file of files) {
    const { id, name, shortcutDetails: to } = file;
    const path = parent.path + name;
    if (isFolder(file.mimeType)) {
      found.folders.push(folderBelow(parent, name, file));
    } else if (!isShortcut(file.mimeType)) {
      if (!isSafeName(name) || wanted(path)) found.items.push(itemOf(file, file, shown));
    } else {
      const skip = skipOf(file);
      const toFolder = to !== undefined && isFolder(to.targetMimeType);
      if (isSafeName(name) && !toFolder && !wanted(path)) continue;
      if (skip !== null || to === undefined) {
        found.items.push(skippedItem(file, shown, skip ?? 'dangling_link'));
        continue;
      }
      const target = { id: to.targetId, resourceKey: to.targetResourceKey };
      const shownName = toFolder ? segment(name, id) : name;
      found.shortcuts.push({ id, name: shownName, path: parent.path, depth: parent.depth, target });
    }
  }
  return found;
}
