import { Failure } from '../../../domain/failures.ts';
import { createFilter } from '../../globs.ts';
import type { Json, ListPage, SourceItem } from '../../source.ts';
import type { Bucket } from './bucket.ts';
import { itemOf } from './items.ts';
import type { S3Page } from './page.ts';
import { readCursor, type S3Cursor, type S3Settings } from './settings.ts';

/** A hundred million keys; a service that has more on and on makes them up. */
const MAX_PAGES = 100_000;
/** After this long a page is handed over although nothing on it is wanted. */
const PAGE_MS = 5_000;

/**
 * Where to go on. Tokens are remembered at the pages 1, 2, 4, 8, …, so that a service whose tokens go round in a circle
 * of any length is noticed without keeping them all (Brent's cycle detection).
 */
function step(cursor: S3Cursor | null, token: string): S3Cursor {
  if (cursor?.seen === token)
    throw new Failure('bad_response', 'The listing of the bucket goes round in circles.');
  const pages = (cursor?.pages ?? 0) + 1;
  if (pages > MAX_PAGES)
    throw new Failure(
      'listing_too_large',
      'The bucket has too many keys. Import parts of it, by their prefix.',
    );
  const remember = cursor === null || (pages & (pages - 1)) === 0;
  return { token, pages, seen: remember ? token : cursor.seen };
}

export function createLister(bucket: Bucket, settings: S3Settings) {
  const wanted = createFilter(settings.include, settings.exclude);
  const entered = createFilter([], settings.exclude);
  const deepest = settings.recursive ? settings.maxDepth : 0;
  /** Keys come sorted, so the folder of one is mostly that of the one before. */
  let last = { folder: '', enter: true };

  /** Whether no folder on the way is left out. */
  function enters(folder: string): boolean {
    if (folder !== last.folder) {
      const steps = folder.split('/');
      last = { folder, enter: steps.every((_, at) => entered(steps.slice(0, at + 1).join('/'))) };
    }
    return last.enter;
  }

  function itemsOf({ objects }: S3Page): SourceItem[] {
    const items: SourceItem[] = [];
    for (const object of objects) {
      if (!object.key.startsWith(settings.prefix))
        throw new Failure('bad_response', 'The listing of the bucket has keys that were not asked for.');
      const path = object.key.slice(settings.prefix.length);
      // What consoles leave so that an empty folder can be seen.
      if (path === '' || (path.endsWith('/') && object.size === 0)) continue;
      const slash = path.lastIndexOf('/');
      const folder = slash < 0 ? '' : path.slice(0, slash);
      if (slash >= 0 && (folder.split('/').length > deepest || !enters(folder))) continue;
      const item = itemOf(object, path);
      if (item.skip === 'bad_name' || wanted(path)) items.push(item);
    }
    return items;
  }

  return async function list(cursor: Json, signal: AbortSignal): Promise<ListPage> {
    signal.throwIfAborted();
    const until = performance.now() + PAGE_MS;
    for (let at = readCursor(cursor); ; ) {
      const page = await bucket.list(at?.token ?? null, deepest === 0, signal);
      if (at === null && page.entries === 0 && page.token === null && settings.prefix !== '') {
        throw new Failure('source_not_found', 'The bucket has no keys that begin with this prefix.');
      }
      const items = itemsOf(page);
      if (page.token === null) return { items, next: null };
      at = step(at, page.token);
      if (items.length > 0 || performance.now() > until) return { items, next: { ...at } };
    }
  };
}
