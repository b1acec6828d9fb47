import { Failure } from '../../../domain/failures.ts';
import { createFilter } from '../../globs.ts';
import type { Json, ListPage, SourceItem } from '../../source.ts';
import type { DriveApi } from './api.ts';
import { boundPaths, createSeen, type DriveCursor, type PendingFolder, readCursor } from './cursor.ts';
import { folderBelow, sortOut } from './folderItems.ts';
import { itemOf, skippedItem } from './items.ts';
import { PageTokenRefused } from './pageToken.ts';
import type { DriveSettings } from './settings.ts';
import { findTargets } from './shortcuts.ts';
import { startOf } from './start.ts';
import { type FilePage, isFolder } from './wire.ts';

const PAGE_SIZE = 1_000;
/** Small folders are read together until this many places are left. Pages of one folder all have one size. */
const LEAST = 500;
const SHORTCUTS_AT_ONCE = 50;
const MAX_RESTARTS = 20;
/** After this long a page is handed over as it is. */
const PAGE_MS = 5_000;

/** A folder that is there and may not be read; its fetch tells the reason. */
const unreadable = ({ id, path }: PendingFolder): SourceItem => ({
  externalId: id,
  name: `${path.split('/').at(-2) ?? id}/`,
  locator: { folder: id },
  size: null,
  sizeExact: false,
  modifiedAt: null,
  version: 'directory',
});

/**
 * Walks the folders breadth first by their ids. Only shortcuts can lead to a folder a second time, or around in circles;
 * each folder is walked once, where it was met first. What shortcuts point at costs a request each, so they are looked
 * at some at a time.
 */
export function createDriveLister(api: DriveApi, settings: DriveSettings) {
  const wanted = createFilter(settings.include, settings.exclude);
  const pruned = createFilter([], settings.exclude);

  /** One page of a folder; `null`: the folder is gone, or cannot be read and is an item now. */
  async function read(folder: PendingFolder, token: string | null, size: number, signal: AbortSignal) {
    try {
      const asked = folder.path === '' ? 'root' : 'listed';
      return await api.list({ folder, pageToken: token, pageSize: size, asked }, signal);
    } catch (error) {
      if (folder.path === '' || !(error instanceof Failure)) throw error;
      if (error.type === 'read_denied') return unreadable(folder);
      // Gone since its parent was listed: nothing is there to be brought in.
      if (error.type === 'vanished') return null;
      throw error;
    }
  }

  async function walk(state: DriveCursor, signal: AbortSignal): Promise<ListPage> {
    let { pending, page, shortcuts, restarts } = state;
    const seen = createSeen(state.seen);
    const until = performance.now() + PAGE_MS;
    const items: SourceItem[] = [];
    // Annotated: it is set in a function below.
    let partial = false as boolean;

    const follow = (folders: readonly PendingFolder[]) => {
      const deeper = folders.filter(
        ({ path, depth }) => settings.recursive && depth <= settings.maxDepth && pruned(path.slice(0, -1)),
      );
      pending = [...pending, ...deeper.filter(({ id }) => seen.add(id))];
    };

    async function lookAtShortcuts(): Promise<void> {
      const some = shortcuts.slice(0, Math.min(SHORTCUTS_AT_ONCE, PAGE_SIZE - items.length));
      const targets = await findTargets(api, some, signal);
      for (const [index, shortcut] of some.entries()) {
        const target = targets[index];
        const parent = shortcut.path.replace(/\/$/, '');
        if (!target) items.push(skippedItem(shortcut, parent, 'dangling_link'));
        else if (isFolder(target.mimeType)) follow([folderBelow(shortcut, shortcut.name, target)]);
        else items.push(itemOf(shortcut, target, parent));
      }
      shortcuts = shortcuts.slice(some.length);
    }

    async function readFolder(folder: PendingFolder, size: number): Promise<void> {
      let found: FilePage | SourceItem | null;
      try {
        found = await read(folder, page?.token ?? null, size, signal);
      } catch (error) {
        if (!(error instanceof PageTokenRefused)) throw error;
        // One that Drive gave just now; or it never knows its own.
        if (page === null || page !== state.page || ++restarts > MAX_RESTARTS) {
          throw new Failure('bad_response', error.message);
        }
        page = null;
        return;
      }
      if (found !== null && 'files' in found) {
        partial ||= found.incompleteSearch === true;
        const contents = sortOut(found.files, folder, wanted);
        items.push(...contents.items);
        follow(contents.folders);
        shortcuts = contents.shortcuts;
        page = found.nextPageToken === undefined ? null : { token: found.nextPageToken, size };
      } else {
        if (found !== null) items.push(found);
        page = null;
      }
      if (page === null) pending = pending.slice(1);
    }

    do {
      signal.throwIfAborted();
      const [folder] = pending;
      const size = page?.size ?? PAGE_SIZE - items.length;
      if (shortcuts.length > 0) await lookAtShortcuts();
      else if (folder === undefined || size < LEAST || items.length + size > PAGE_SIZE) break;
      else await readFolder(folder, size);
    } while (performance.now() < until && items.length < PAGE_SIZE);

    boundPaths([...pending, ...shortcuts]);
    const done = pending.length === 0 && shortcuts.length === 0;
    const next = { pending, page, shortcuts, restarts, seen: seen.text() };
    return { items, next: done ? null : next, ...(partial && { partial }) };
  }

  return async function list(cursor: Json, signal: AbortSignal): Promise<ListPage> {
    signal.throwIfAborted();
    const state = readCursor(cursor) ?? (await startOf(api, settings, signal));
    return 'pending' in state ? walk(state, signal) : { items: [state], next: null };
  };
}
