import { createHash } from 'node:crypto';
import { Failure, type FailureType } from '../../../domain/failures.ts';
import { createFilter } from '../../globs.ts';
import type { Held } from '../../held.ts';
import { type ListingEntry, tooLarge } from '../../listing/listing.ts';
import { badNameId, isNotAnImageByName } from '../../names.ts';
import type { HttpClient, HttpRequest } from '../../reach/client.ts';
import { filterInSlices, sortInSlices } from '../../slices.ts';
import type { Json, ListPage, RequestBudget, SourceItem } from '../../source.ts';
import { askHeads, factsOfEntry } from './facts.ts';
import { readDirectory } from './readDirectory.ts';
import { type HttpDirectorySettings, readCursor } from './settings.ts';

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

export interface ListOptions {
  client: HttpClient;
  settings: HttpDirectorySettings;
  credentials?: HttpRequest['credentials'];
  budget?: RequestBudget | undefined;
  held: Held<Directory>;
}

/** What is wanted of a directory, in order. */
export interface Directory {
  files: ListingEntry[];
  /** Paths of the sub-directories that are to be looked into. */
  directories: string[];
}

/** The order of pages: unlike the server's own, it stays the same whatever the server is asked to sort by. */
const byUrl = (a: ListingEntry, b: ListingEntry) => (a.url < b.url ? -1 : 1);

/** How many files come up to and including `after`. */
function countUpTo(files: readonly ListingEntry[], after: string): number {
  let low = 0;
  let high = files.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((files[middle]?.url ?? '') <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Undecoded path below the root, from an entry's URL: its last segment, with the slash of a directory. */
const childPath = (parent: string, entry: ListingEntry) =>
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
 * Walks the tree breadth first. Paths grow by one segment with every step and redirects to other places are refused, so
 * no directory is met twice; depth and number of directories are bounded all the same, against servers that invent them.
 */
export function createLister({ client, settings, credentials, budget, held }: ListOptions) {
  const root = new URL(settings.url);
  const wanted = createFilter(settings.include, settings.exclude);
  const pruned = createFilter([], settings.exclude);
  // What one visitor may see is not shown to another, and what one import leaves out another may want.
  const visitor = createHash('sha256')
    .update(JSON.stringify([credentials ?? null, settings]))
    .digest('hex');
  const keyOf = (path: string) => `${visitor} ${root.href}${path}`;

  async function split(path: string, entries: ListingEntry[], signal: AbortSignal): Promise<Directory> {
    const depth = path.split('/').length;
    const deeper = settings.recursive && depth <= settings.maxDepth;
    const parent = shownPath(path);
    const children = await filterInSlices(
      entries,
      (entry) =>
        deeper &&
        entry.kind === 'directory' &&
        entry.skip === undefined &&
        pruned(shownPath(childPath(path, entry)).slice(0, -1)),
      signal,
    );
    const files = await filterInSlices(
      entries,
      (entry) => entry.skip !== undefined || (entry.kind === 'file' && wanted(parent + entry.name)),
      signal,
    );
    const sorted = await sortInSlices(children, byUrl, signal);
    return {
      files: await sortInSlices(files, byUrl, signal),
      directories: sorted.map((entry) => childPath(path, entry)),
    };
  }

  async function open(path: string, signal: AbortSignal): Promise<Directory> {
    const known = held.get(keyOf(path));
    if (known) return known;
    const url = new URL(root.href + path);
    const { entries } = await readDirectory({ client, url, credentials, budget, signal });
    return split(path, entries, signal);
  }

  async function itemsOf(path: string, entries: ListingEntry[], signal: AbortSignal): Promise<SourceItem[]> {
    const parent = shownPath(path);
    const toFetch = entries.filter((entry) => entry.skip === undefined && !isNotAnImageByName(entry.name));
    const asked = await askHeads(toFetch, { client, credentials, budget, signal });
    const facts = new Map(toFetch.map((entry, index) => [entry, asked[index]]));
    return entries.map((entry) => {
      const known = facts.get(entry) ?? factsOfEntry(entry);
      const skip = entry.skip ?? (facts.has(entry) ? undefined : ('not_an_image' as const));
      return {
        externalId: entry.skip ? badNameId(parent.replace(/\/$/, ''), entry.name) : parent + entry.name,
        name: entry.name,
        locator: entry.skip ? null : entry.url,
        size: known.size,
        sizeExact: known.sizeExact,
        modifiedAt: known.modifiedAt,
        version: known.version,
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
    while (pending.length > 0 && items.length < PAGE_SIZE && performance.now() < until) {
      signal.throwIfAborted();
      const path = pending[0] ?? '';
      let directory: Directory;
      try {
        directory = await open(path, signal);
      } catch (error) {
        if (path === '' || !(error instanceof Failure)) throw error;
        if (UNLISTABLE.has(error.type)) items.push(unlistable(path));
        // Gone since its parent was listed: nothing is there to be brought in.
        else if (error.type !== 'source_not_found') throw error;
        pending = pending.slice(1);
        after = null;
        continue;
      }
      const from = after === null ? 0 : countUpTo(directory.files, after);
      const some = directory.files.slice(from, from + PAGE_SIZE - items.length);
      items.push(...(await itemsOf(path, some, signal)));
      if (from + some.length < directory.files.length) {
        held.put(keyOf(path), directory);
        after = some.at(-1)?.url ?? null;
        continue;
      }
      held.drop(keyOf(path));
      after = null;
      seen += directory.directories.length;
      if (seen > MAX_DIRECTORIES) throw tooLarge(`has more than ${MAX_DIRECTORIES} directories`);
      pending = [...pending.slice(1), ...directory.directories];
    }
    return { items, next: pending.length === 0 ? null : { pending, after, seen } };
  };
}
