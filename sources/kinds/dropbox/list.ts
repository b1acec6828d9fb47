import { Failure } from '../../../domain/failures.ts';
import { tooLarge } from '../../listing/listing.ts';
import type { Json, ListPage, SourceItem } from '../../source.ts';
import type { DropboxPlace } from './address.ts';
import type { Entry } from './answers.ts';
import type { DropboxApi } from './api.ts';
import { type DropboxCursor, leaveFolder, readCursor, resetFolder } from './cursor.ts';
import { explain } from './explain.ts';
import { badName, closedFolder, fileItem, isSafePath, linkedFileItem } from './items.ts';
import type { FolderPage, Pages } from './page.ts';
import { Refusal, refusalFailure } from './refusals.ts';
import { createSelection } from './selection.ts';
import type { DropboxSettings } from './settings.ts';

const PAGE_SIZE = 1_000;
const MAX_FOLDERS = 50_000;
/** After this long a page is handed over as it is, so that a tree of small folders comes in handy pages. */
const PAGE_MS = 5_000;

export interface ListOptions {
  api: DropboxApi;
  pages: Pages;
  place: DropboxPlace;
  settings: DropboxSettings;
  passwordGiven: boolean;
}

/**
 * Walks a link breadth first, folder by folder, because that is the only way Dropbox lists one; an own Dropbox comes in
 * one go with everything below. Items of a folder that Dropbox has begun anew come twice: the ledger knows them.
 */
export function createLister({ api, pages, place, settings, passwordGiven }: ListOptions) {
  const asking = { api, passwordGiven, asked: 'listing' as const };
  const selection = createSelection(place, settings);

  function take(entries: readonly Entry[], state: DropboxCursor, items: SourceItem[]): void {
    const [folder = ''] = state.pending;
    // What waits already can be met again in a later page of the same folder only.
    const begun = state.at !== null || state.taken !== null;
    const pending = new Set(begun ? state.pending : []);
    for (const entry of entries) {
      const parent = selection.parentOf(entry, folder);
      if (parent === null) continue;
      const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
      if (entry.name.includes('/') || !isSafePath(path)) {
        items.push(badName(parent, entry.name));
      } else if (entry['.tag'] === 'file') {
        const locator = place.type === 'own' ? `${place.path}/${path}` : `/${path}`;
        if (selection.wants(path)) items.push(fileItem(entry, path, locator));
      } else if (place.type === 'link' && selection.follows(path) && !pending.has(path)) {
        pending.add(path);
        state.pending.push(path);
        state.seen++;
      }
    }
    if (state.seen > MAX_FOLDERS) throw tooLarge(`has more than ${MAX_FOLDERS} folders`);
  }

  /** @returns `null` when there is nothing to read, and the state says where to go on. */
  async function read(
    state: DropboxCursor,
    items: SourceItem[],
    signal: AbortSignal,
  ): Promise<FolderPage | null> {
    const [folder = ''] = state.pending;
    try {
      return await pages.read(folder, state.at, signal);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.tag === 'reset') {
        resetFolder(state);
        return null;
      }
      const failure = refusalFailure(error, 'listing');
      if (folder === '') {
        if (place.type === 'own') throw failure;
        const link = await explain(error, { ...asking, url: place.url, signal });
        if (link['.tag'] !== 'file') throw failure;
        items.push(linkedFileItem(link));
      } else if (failure.type === 'read_denied') {
        items.push(closedFolder(folder));
      } else if (failure.type === 'source_error' || place.type === 'own') {
        throw failure;
      } else {
        // The whole link may have been closed or guarded since, which must not look like the end of the listing. If it
        // is as it was, the folder alone is gone, and nothing is there to be brought in.
        await explain(error, { ...asking, url: place.url, signal });
      }
      leaveFolder(state);
      return null;
    }
  }

  async function listOneFile(url: string, signal: AbortSignal): Promise<ListPage | null> {
    try {
      const link = await api.linkMetadata(url, signal);
      return link['.tag'] === 'file' ? { items: [linkedFileItem(link)], next: null } : null;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await explain(error, { ...asking, url, signal });
      throw refusalFailure(error, 'listing');
    }
  }

  return async function list(cursor: Json, signal: AbortSignal): Promise<ListPage> {
    signal.throwIfAborted();
    if (cursor === null && place.type === 'link' && place.form === 'file') {
      const one = await listOneFile(place.url, signal);
      if (one !== null) return one;
    }
    const state = readCursor(cursor);
    const until = performance.now() + PAGE_MS;
    const items: SourceItem[] = [];
    while (state.pending.length > 0 && items.length < PAGE_SIZE && performance.now() < until) {
      signal.throwIfAborted();
      const page = await read(state, items, signal);
      if (page === null) continue;
      const [folder = ''] = state.pending;
      // A page that shows something else than before is handed out from its beginning.
      const from = state.taken?.mark === page.mark ? state.taken.count : 0;
      const some = page.entries.slice(from, from + PAGE_SIZE - items.length);
      take(some, state, items);
      if (from + some.length < page.entries.length) {
        pages.keep(folder, state.at, page);
        state.taken = { count: from + some.length, mark: page.mark };
        continue;
      }
      pages.drop(folder, state.at);
      state.taken = null;
      if (!page.hasMore) {
        leaveFolder(state);
      } else if (page.cursor === state.at) {
        throw new Failure('bad_response', 'The listing of Dropbox leads back to itself.');
      } else {
        state.at = page.cursor;
      }
    }
    return { items, next: state.pending.length === 0 ? null : { ...state } };
  };
}
