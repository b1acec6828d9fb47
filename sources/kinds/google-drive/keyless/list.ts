import { z } from 'zod';
import { Failure } from '../../../../domain/failures.ts';
import { readCursorOf } from '../../../cursor.ts';
import { createFilter } from '../../../globs.ts';
import type { Held } from '../../../held.ts';
import { isSafeName } from '../../../names.ts';
import type { Json, ListPage, SourceItem } from '../../../source.ts';
import type { Asking } from '../ask.ts';
import { boundPaths, createSeen, type PendingFolder, reference } from '../cursor.ts';
import { folderBelow } from '../folderItems.ts';
import type { Reference } from '../ids.ts';
import { itemOf, skippedItem } from '../items.ts';
import type { DriveSettings } from '../settings.ts';
import type { FolderViewEntry } from './folderView.ts';
import { readFolderView } from './readView.ts';

const PAGE_SIZE = 1_000;
const PAGE_MS = 5_000;

const CURSOR = z.object({
  pending: z.array(z.object({ ...reference, path: z.string(), depth: z.int() })).min(1),
  /** Entries of the first one that were handed out. */
  done: z.int().min(0),
  seen: z.string(),
});

type Cursor = z.infer<typeof CURSOR>;

/** The page tells neither size nor time nor hash, so a file that is replaced under its old id is not noticed. */
export function keylessItem(entry: FolderViewEntry, parent: string): SourceItem {
  const { id, name, resourceKey } = entry;
  if (entry.kind === 'document') return skippedItem(entry, parent, 'native_document');
  return itemOf({ id, name }, { id, name, mimeType: '', resourceKey }, parent);
}

function readCursor(cursor: Json, root: Reference): Cursor {
  if (cursor === null) {
    const seen = createSeen('');
    seen.add(root.id);
    return { pending: [{ ...root, path: '', depth: 0 }], done: 0, seen: seen.text() };
  }
  return readCursorOf(CURSOR, cursor);
}

export interface KeylessListing {
  asking: Asking;
  pages: URL;
  settings: DriveSettings;
  root: Reference;
  held: Held<FolderViewEntry[]>;
}

/** Walks the folders breadth first, by the pages that show them. */
export function createKeylessLister({ asking, pages, settings, root, held }: KeylessListing) {
  const wanted = createFilter(settings.include, settings.exclude);
  const pruned = createFilter([], settings.exclude);
  const keyOf = (folder: Reference) => `${pages.href} ${folder.id} ${folder.resourceKey}`;

  async function entriesOf(folder: PendingFolder, signal: AbortSignal): Promise<FolderViewEntry[] | null> {
    const known = held.get(keyOf(folder));
    if (known) return known;
    try {
      return await readFolderView(asking, pages, folder, [root], signal);
    } catch (error) {
      if (folder.path !== '' && error instanceof Failure && error.type === 'source_not_found') return null;
      throw error;
    }
  }

  return async function list(cursor: Json, signal: AbortSignal): Promise<ListPage> {
    signal.throwIfAborted();
    const start = readCursor(cursor, root);
    let { pending, done } = start;
    const seen = createSeen(start.seen);
    const until = performance.now() + PAGE_MS;
    const items: SourceItem[] = [];
    do {
      signal.throwIfAborted();
      const folder = pending[0];
      if (folder === undefined) break;
      const entries = (await entriesOf(folder, signal)) ?? [];
      const some = entries.slice(done, done + PAGE_SIZE - items.length);
      const parent = folder.path.replace(/\/$/, '');
      const below: PendingFolder[] = [];
      for (const entry of some) {
        if (entry.kind === 'folder') below.push(folderBelow(folder, entry.name, entry));
        else if (!isSafeName(entry.name) || wanted(folder.path + entry.name))
          items.push(keylessItem(entry, parent));
      }
      const deeper = below.filter(
        ({ path, depth }) => settings.recursive && depth <= settings.maxDepth && pruned(path.slice(0, -1)),
      );
      pending = [...pending, ...deeper.filter(({ id }) => seen.add(id))];
      done += some.length;
      if (done < entries.length) {
        held.put(keyOf(folder), entries);
      } else {
        held.drop(keyOf(folder));
        pending = pending.slice(1);
        done = 0;
      }
    } while (items.length < PAGE_SIZE && performance.now() < until);
    boundPaths(pending);
    return { items, next: pending.length === 0 ? null : { pending, done, seen: seen.text() } };
  };
}
