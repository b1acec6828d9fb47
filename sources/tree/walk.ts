import { Failure } from '../../domain/failures.ts';
import { createFilter } from '../globs.ts';
import type { Held } from '../held.ts';
import { badNameId, isNotAnImageByName } from '../names.ts';
import type { TreeSettings } from '../settings.ts';
import type { Json, ListPage, SourceItem } from '../source.ts';
import { readCursor } from './cursor.ts';
import { orderOf, type TreeEntry } from './entry.ts';

const PAGE_SIZE = 1_000;
const MAX_DIRECTORIES = 50_000;
/** After this long a page is handed over as it is, so that a tree of small directories comes in handy pages. */
const PAGE_MS = 5_000;

/** More entries than this in one directory are refused. */
export const MAX_ENTRIES = 200_000;

export const tooManyEntries = () =>
  new Failure(
    'listing_too_large',
    `A directory has more than ${MAX_ENTRIES} entries. Import its sub-directories one by one.`,
  );

export interface TreeOptions {
  settings: TreeSettings;
  held: Held<TreeEntry[]>;
  /** What the place and its visitor are told apart by in `held`. */
  heldKey: string;
  /** The root as locators begin with it; empty, or ending with `/`. */
  prefix: string;
  /**
   * Reads a directory; at most `MAX_ENTRIES`, tidied.
   * @param path below the root, `''` for itself, others ending with `/`
   * @throws Failure `source_not_found`: it is gone; `read_denied`: it may not be looked into
   */
  read(path: string, signal: AbortSignal): Promise<TreeEntry[]>;
}

function itemOf(prefix: string, parent: string, entry: TreeEntry): SourceItem {
  const { name, size, modifiedAt, version } = entry;
  const skip = entry.skip ?? (isNotAnImageByName(name) ? ('not_an_image' as const) : undefined);
  return {
    externalId: entry.skip ? badNameId(parent.replace(/\/$/, ''), name) : parent + name,
    name,
    locator: entry.skip ? null : prefix + parent + name,
    size,
    sizeExact: size !== null,
    modifiedAt,
    version,
    ...(skip && { skip }),
  };
}

/** A directory that may not be looked into, as an item whose fetch gives the reason. */
const unlistable = (prefix: string, path: string): SourceItem => ({
  externalId: path,
  name: `${path.split('/').at(-2) ?? ''}/`,
  locator: prefix + path,
  size: null,
  sizeExact: false,
  modifiedAt: null,
  version: 'directory',
});

/**
 * Walks a tree of directories breadth first. Links are not directories here and paths grow by one name with every step,
 * so no directory is met twice; depth and number of directories are bounded all the same, against servers that invent
 * them.
 */
export function createTreeLister({ settings, held, heldKey, prefix, read }: TreeOptions) {
  const wanted = createFilter(settings.include, settings.exclude);
  const pruned = createFilter([], settings.exclude);
  const keyOf = (path: string) => `${heldKey} ${path}`;

  function split(path: string, entries: TreeEntry[]) {
    const deeper = settings.recursive && path.split('/').length <= settings.maxDepth;
    return {
      files: entries.filter(
        (entry) => entry.skip !== undefined || (entry.kind === 'file' && wanted(path + entry.name)),
      ),
      directories: entries
        .filter((entry) => entry.kind === 'directory' && deeper && pruned(path + entry.name))
        .map((entry) => `${path}${entry.name}/`),
    };
  }

  return async function list(cursor: Json, signal: AbortSignal): Promise<ListPage> {
    signal.throwIfAborted();
    let { pending, after, seen } = readCursor(cursor);
    const until = performance.now() + PAGE_MS;
    const items: SourceItem[] = [];
    while (pending.length > 0 && items.length < PAGE_SIZE && performance.now() < until) {
      const path = pending[0] ?? '';
      let entries: TreeEntry[];
      try {
        entries = held.get(keyOf(path)) ?? (await read(path, signal));
      } catch (error) {
        if (path === '' || !(error instanceof Failure)) throw error;
        if (error.type === 'read_denied') items.push(unlistable(prefix, path));
        // Gone since its parent was listed: nothing is there to be brought in.
        else if (error.type !== 'source_not_found') throw error;
        pending = pending.slice(1);
        after = null;
        continue;
      }
      const { files, directories } = split(path, entries);
      const left = after === null ? files : files.filter((file) => orderOf(file) > (after ?? ''));
      const some = left.slice(0, PAGE_SIZE - items.length);
      items.push(...some.map((entry) => itemOf(prefix, path, entry)));
      if (some.length < left.length) {
        held.put(keyOf(path), entries);
        const last = some.at(-1);
        after = last ? orderOf(last) : null;
        continue;
      }
      held.drop(keyOf(path));
      after = null;
      seen += directories.length;
      if (seen > MAX_DIRECTORIES) {
        throw new Failure(
          'listing_too_large',
          `The tree has more than ${MAX_DIRECTORIES} directories. Import its sub-directories one by one.`,
        );
      }
      pending = [...pending.slice(1), ...directories];
    }
    return { items, next: pending.length === 0 ? null : { pending, after, seen } };
  };
}
