import { Failure, type FailureType } from '../../domain/failures.ts';
import { createFilter } from '../globs.ts';
import { type Held, visitorKey } from '../held.ts';
import { badNameId, isNotAnImageByName } from '../names.ts';
import { filterInSlices, sortInSlices } from '../slices.ts';
import type { Json, ListPage, SourceItem } from '../source.ts';
import { readCursor } from '../tree/cursor.ts';
import { type ListingEntry, tooLarge } from './listing.ts';

const PAGE_SIZE = 1_000;
const MAX_DIRECTORIES = 50_000;
/** After this long a page is handed over as it is, so that a tree of small directories comes in handy pages. */
const PAGE_MS = 5_000;

/** A sub-directory that cannot be listed for one of these reasons becomes an item, whose fetch tells the reason. */
const UNLISTABLE: ReadonlySet<FailureType> = new Set([
  'auth_failed',
  'not_a_listing',
  'redirect_refused',
  'ssrf_blocked',
]);

export type WalkEntry = Pick<ListingEntry, 'name' | 'url' | 'kind' | 'skip'>;

/** What is known of a file before it is fetched. */
export type FileFacts = Pick<SourceItem, 'size' | 'sizeExact' | 'modifiedAt' | 'version' | 'hashes'>;

/** What one directory holds. */
export interface Contents<E> {
  entries: E[];
  /** The server did not show everything. */
  partial?: boolean;
}

export interface WalkOptions<E extends WalkEntry> {
  /** Ends with `/`. */
  root: URL;
  recursive: boolean;
  maxDepth: number;
  include: string[];
  exclude: string[];
  /** Who looks: what one visitor may see is not shown to another. */
  visitor: unknown;
  held: Held<Contents<E>>;
  /** @throws Failure */
  read(url: URL, signal: AbortSignal): Promise<Contents<E>>;
  factsOf(entry: E): FileFacts;
  /** Asked for the files that are to be fetched, where there is more to be known than `factsOf` tells. */
  ask?(entries: readonly E[], signal: AbortSignal): Promise<readonly FileFacts[]>;
}

/** The order of pages: unlike the server's own, it stays the same whatever the server is asked to sort by. */
const byUrl = (a: WalkEntry, b: WalkEntry) => (a.url < b.url ? -1 : 1);

/** Where the entries behind a URL begin, in a sorted list. */
function firstAfter(entries: readonly WalkEntry[], url: string): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.url ?? '') > url) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Undecoded path below the root, from an entry's URL: its last segment, with the slash of a directory. */
const childPath = (parent: string, entry: WalkEntry) =>
  parent + (/[^/]+\/?$/.exec(new URL(entry.url).pathname)?.[0] ?? '');

/** Decoded, for ids and filters. Segments that are not UTF-8 stay as they are. */
function shownPath(path: string): string {
  const show = (segment: string) => {
    try {
      return decodeURIComponent(segment);
    } catch {
      return segment;
    }
  };
  return path.split('/').map(show).join('/');
}

/**
 * Walks a tree of directories that have URLs, breadth first. Paths grow by one segment with every step, so no directory
 * is met twice; depth and number of directories are bounded all the same, against servers that invent them.
 */
export function createWalk<E extends WalkEntry>(options: WalkOptions<E>) {
  const { root, held, read, factsOf } = options;
  const wanted = createFilter(options.include, options.exclude);
  const pruned = createFilter([], options.exclude);
  const visitor = visitorKey(options.visitor);
  const keyOf = (path: string) => `${visitor} ${root.href}${path}`;

  async function directoriesIn(path: string, entries: readonly E[], signal: AbortSignal): Promise<string[]> {
    if (!options.recursive || path.split('/').length > options.maxDepth) return [];
    const children = await filterInSlices(
      entries,
      (entry) =>
        entry.kind === 'directory' &&
        entry.skip === undefined &&
        pruned(shownPath(childPath(path, entry)).slice(0, -1)),
      signal,
    );
    return children.map((entry) => childPath(path, entry));
  }

  /** The next files, one more than `most` where there are more; what came before `after` is not looked at again. */
  function filesAfter(path: string, entries: readonly E[], after: string | null, most: number): E[] {
    const parent = shownPath(path);
    const files: E[] = [];
    for (let at = after === null ? 0 : firstAfter(entries, after); at < entries.length; at++) {
      const entry = entries[at];
      if (entry === undefined) break;
      if (entry.skip === undefined && (entry.kind !== 'file' || !wanted(parent + entry.name))) continue;
      if (files.push(entry) > most) break;
    }
    return files;
  }

  /** Sorted. */
  async function open(path: string, signal: AbortSignal): Promise<Contents<E>> {
    const known = held.get(keyOf(path));
    if (known) return known;
    const contents = await read(new URL(root.href + path), signal);
    return { ...contents, entries: await sortInSlices(contents.entries, byUrl, signal) };
  }

  async function itemsOf(path: string, entries: E[], signal: AbortSignal): Promise<SourceItem[]> {
    const parent = shownPath(path);
    const toFetch = entries.filter((entry) => entry.skip === undefined && !isNotAnImageByName(entry.name));
    const asked = (await options.ask?.(toFetch, signal)) ?? toFetch.map(factsOf);
    const facts = new Map(toFetch.map((entry, index) => [entry, asked[index]]));
    return entries.map((entry) => {
      const known = facts.get(entry) ?? factsOf(entry);
      const skip = entry.skip ?? (facts.has(entry) ? undefined : ('not_an_image' as const));
      return {
        externalId: entry.skip ? badNameId(parent.replace(/\/$/, ''), entry.name) : parent + entry.name,
        name: entry.name,
        locator: entry.skip ? null : entry.url,
        ...known,
        ...(skip && { skip }),
      };
    });
  }

  /** Fetching the directory's own address gives the refusal its reason, or shows that it is a page and no picture. */
  function unlistable(path: string): SourceItem {
    const shown = shownPath(path);
    const name = shown.split('/').at(-2) ?? shown;
    const locator = root.href + path;
    return {
      externalId: shown,
      name: `${name}/`,
      locator,
      size: null,
      sizeExact: false,
      modifiedAt: null,
      version: 'directory',
    };
  }

  return async function list(cursor: Json, signal: AbortSignal): Promise<ListPage> {
    let { pending, after, seen } = readCursor(cursor);
    const until = performance.now() + PAGE_MS;
    const items: SourceItem[] = [];
    let partial = false;
    while (pending.length > 0 && items.length < PAGE_SIZE && performance.now() < until) {
      signal.throwIfAborted();
      const path = pending[0] ?? '';
      let contents: Contents<E>;
      try {
        contents = await open(path, signal);
      } catch (error) {
        if (path === '' || !(error instanceof Failure)) throw error;
        if (UNLISTABLE.has(error.type)) items.push(unlistable(path));
        // Gone since its parent was listed: nothing is there to be brought in.
        else if (error.type !== 'source_not_found') throw error;
        pending = pending.slice(1);
        after = null;
        continue;
      }
      partial ||= contents.partial === true;
      const { entries } = contents;
      const room = PAGE_SIZE - items.length;
      const left = filesAfter(path, entries, after, room);
      const some = left.slice(0, room);
      items.push(...(await itemsOf(path, some, signal)));
      if (some.length < left.length) {
        held.put(keyOf(path), contents);
        after = some.at(-1)?.url ?? null;
        continue;
      }
      held.drop(keyOf(path));
      after = null;
      const directories = await directoriesIn(path, entries, signal);
      seen += directories.length;
      if (seen > MAX_DIRECTORIES) throw tooLarge(`has more than ${MAX_DIRECTORIES} directories`);
      pending = [...pending.slice(1), ...directories];
    }
    const next = pending.length === 0 ? null : { pending, after, seen };
    return { items, next, ...(partial && { partial }) };
  };
}
