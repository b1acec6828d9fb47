import { Failure } from '../../../domain/failures.ts';
import { createFilter } from '../../globs.ts';
import { tooLarge } from '../../listing/listing.ts';
import type { Json, ListPage, SourceItem } from '../../source.ts';
import type { DropboxPlace } from './address.ts';
import type { Entry } from './answers.ts';
import type { DropboxApi } from './api.ts';
import { type DropboxCursor, readCursor } from './cursor.ts';
import { explain } from './explain.ts';
import { badName, closedFolder, fileItem, isSafePath, linkedFileItem } from './items.ts';
import type { FolderPage, Pages } from './page.ts';
import { Refusal, refusalFailure } from './refusals.ts';
import type { DropboxSettings } from './settings.ts';

const PAGE_SIZE = 1_000;
const MAX_FOLDERS = 50_000;
const MAX_RESETS = 5;
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
  const wanted = createFilter(settings.include, settings.exclude);
  const pruned = createFilter([], settings.exclude);
  const asking = { api, passwordGiven, asked: 'listing' as const };
  const rootDepth = place.type === 'own' ? place.path.split('/').length : 0;

  /** Path below the address. `null`: the address itself, or something that has no place in the account. */
  function pathOf(entry: Entry, folder: string): string | null {
    if (place.type === 'link') return folder === '' ? entry.name : `${folder}/${entry.name}`;
    // Spellings of the parents may differ in case from the address, so names are counted rather than compared.
    return entry.path_display?.split('/').slice(rootDepth).join('/') || null;
  }

  /** Whether a folder is to be looked into. */
  function follows(path: string): boolean {
    return settings.recursive && path.split('/').length <= settings.maxDepth && pruned(path);
  }

  function wantsFile(path: string): boolean {
    const names = path.split('/');
    if (!wanted(path) || names.length - 1 > settings.maxDepth) return false;
    // Links are pruned folder by folder; what comes in one go has all its parents to be asked for.
    return place.type === 'link' || names.every((_, i) => i === 0 || pruned(names.slice(0, i).join('/')));
  }

  function take(entries: readonly Entry[], state: DropboxCursor, items: SourceItem[]): void {
    const [folder = ''] = state.pending;
    // What waits already can be met again in a later page of the same folder only.
    const begun = state.at !== null || state.taken !== null;
    const pending = new Set(begun ? state.pending : []);
    for (const entry of entries) {
      const path = pathOf(entry, folder);
      if (path === null) continue;
      if (!isSafePath(path)) {
        items.push(badName(path));
      } else if (entry['.tag'] === 'file') {
        const locator = place.type === 'own' ? `${place.path}/${path}` : `/${path}`;
        if (wantsFile(path)) items.push(fileItem(entry, path, locator));
      } else if (place.type === 'link' && follows(path) && !pending.has(path)) {
        pending.add(path);
        state.pending.push(path);
        state.seen++;
      }
    }
    if (state.seen > MAX_FOLDERS) throw tooLarge(`has more than ${MAX_FOLDERS} folders`);
  }

  /** The folder begins at its first page again, and what it brought to the waiting ones with it. */
  function reset(state: DropboxCursor): void {
    if (++state.resets > MAX_RESETS) {
      throw new Failure('source_error', 'The folder changes faster than Dropbox can list it.');
    }
    const [folder = ''] = state.pending;
    const inside = folder === '' ? '' : `${folder}/`;
    const stays = (path: string, i: number) =>
      i === 0 || !path.startsWith(inside) || path.slice(inside.length).includes('/');
    const before = state.pending.length;
    state.pending = state.pending.filter(stays);
    state.seen -= before - state.pending.length;
    state.at = null;
    state.taken = null;
  }

  function leaveFolder(state: DropboxCursor): void {
    state.pending.shift();
    state.at = null;
    state.taken = null;
    state.resets = 0;
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
        reset(state);
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
      } else if (failure.type === 'password_needed' && place.type === 'link') {
        await explain(error, { ...asking, url: place.url, signal });
        throw failure;
      } else if (failure.type === 'source_error') {
        throw failure;
      }
      // Gone since its parent was listed: nothing is there to be brought in.
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
