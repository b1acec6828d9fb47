import pLimit from 'p-limit';
import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';
import { readCursorOf } from '../../cursor.ts';
import { createFilter } from '../../globs.ts';
import type { Held } from '../../held.ts';
import { codeOf } from '../../reach/faults.ts';
import type { Json, ListPage, SourceItem } from '../../source.ts';
import { type DirectoryNames, type Found, look, readNames, unreadableFolder } from './entries.ts';
import { readFailure } from './faults.ts';
import { findRoot } from './root.ts';

const PAGE_SIZE = 1_000;
const MAX_PENDING = 50_000;
const MAX_DEPTH = 64;

export interface FolderSettings {
  path: string;
  recursive: boolean;
  include: string[];
  exclude: string[];
}

/** Folders still to be read, the next one last; `after` is the last name of it that was handed out, its bytes in hex. */
const CURSOR = z.object({
  stack: z.array(z.object({ path: z.string(), after: z.string().regex(/^([0-9a-f]{2})*$/) })).min(1),
});

type Stack = z.infer<typeof CURSOR>['stack'];

function readCursor(cursor: Json): Stack {
  if (cursor === null) return [{ path: '', after: '' }];
  return readCursorOf(CURSOR, cursor).stack;
}

/**
 * Walks a folder depth first in the byte order of its names: files of a folder as they come, then its sub-folders. Names
 * are taken as bytes, because a file system does not promise that they are text.
 */
export function createFolderLister(
  settings: FolderSettings,
  allowedRoots: readonly string[] | null,
  held: Held<DirectoryNames>,
) {
  const wanted = createFilter(settings.include, settings.exclude);
  const pruned = createFilter([], settings.exclude);
  const limit = pLimit(32);

  async function namesOf(root: string, path: string): Promise<DirectoryNames | SourceItem | null> {
    const known = held.get(`${root}/${path}`);
    if (known) return known;
    try {
      return await readNames(path === '' ? root : `${root}/${path}`, path);
    } catch (error) {
      const code = codeOf(error);
      if (path !== '' && (code === 'EACCES' || code === 'EPERM')) return unreadableFolder(root, path);
      if (path !== '' && (code === 'ENOENT' || code === 'ENOTDIR')) return null;
      throw readFailure(error);
    }
  }

  const follow = (path: string) => settings.recursive && path.split('/').length <= MAX_DEPTH && pruned(path);

  /** Takes names until the page is full. @returns how far it came; `null`: to the end. */
  async function fill(
    root: string,
    directory: DirectoryNames,
    after: Buffer,
    items: SourceItem[],
    folders: string[],
  ) {
    const { names, path } = directory;
    let at = after.length === 0 ? 0 : names.findIndex((name) => Buffer.compare(name, after) > 0);
    if (at === -1) return null;
    while (at < names.length) {
      const some = names.slice(at, at + PAGE_SIZE - items.length);
      const found: Found[] = await Promise.all(some.map((name) => limit(() => look(root, path, name))));
      for (const each of found) {
        if (each === null) continue;
        if ('directory' in each) folders.push(each.directory);
        else if (each.item.skip === 'bad_name' || wanted(each.item.externalId)) items.push(each.item);
      }
      at += some.length;
      if (items.length >= PAGE_SIZE) return at < names.length ? (some.at(-1) ?? null) : null;
    }
    return null;
  }

  return async function list(cursor: Json, signal: AbortSignal): Promise<ListPage> {
    const root = await findRoot(settings.path, allowedRoots);
    const stack = [...readCursor(cursor)];
    const items: SourceItem[] = [];
    while (stack.length > 0 && items.length < PAGE_SIZE) {
      signal.throwIfAborted();
      const here = stack.pop();
      if (here === undefined) break;
      const directory = await namesOf(root, here.path);
      if (directory === null) continue;
      if (!('names' in directory)) {
        items.push(directory);
        continue;
      }
      const folders: string[] = [];
      const last = await fill(root, directory, Buffer.from(here.after, 'hex'), items, folders);
      const key = `${root}/${here.path}`;
      if (last === null) held.drop(key);
      else held.put(key, directory);
      // The rest of a folder comes before what is below it, so the stack grows by whole folders only.
      stack.push(
        ...folders
          .filter(follow)
          .reverse()
          .map((path) => ({ path, after: '' })),
      );
      if (last !== null) stack.push({ path: here.path, after: last.toString('hex') });
      if (stack.length > MAX_PENDING) {
        throw new Failure(
          'listing_too_large',
          `The folder tree has more than ${MAX_PENDING} folders waiting. Import parts of it.`,
        );
      }
    }
    return { items, next: stack.length === 0 ? null : { stack } };
  };
}
