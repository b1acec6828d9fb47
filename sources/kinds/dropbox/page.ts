import { createHash } from 'node:crypto';
import type { Held } from '../../held.ts';
import type { DropboxPlace } from './address.ts';
import type { Entry, ListResult } from './answers.ts';
import type { DropboxApi } from './api.ts';
import type { OneAtATime } from './oneAtATime.ts';

/** What Dropbox gives at most; about this many, it says. */
const LIMIT = 2_000;

/** One page of a folder as Dropbox gave it, deleted entries left out. */
export interface FolderPage {
  entries: Entry[];
  cursor: string;
  hasMore: boolean;
  /** Tells two readings of a page apart that do not show the same. */
  mark: string;
}

export interface Pages {
  /** @param at Dropbox's cursor; `null`: the folder's first page. */
  read(folder: string, at: string | null, signal: AbortSignal): Promise<FolderPage>;
  /** A page that is handed out in pieces is kept, so that the next piece costs no request. */
  keep(folder: string, at: string | null, page: FolderPage): void;
  drop(folder: string, at: string | null): void;
}

export interface PagesOptions {
  api: DropboxApi;
  place: DropboxPlace;
  recursive: boolean;
  /** Whoever may see the same has the same. */
  visitor: string;
  held: Held<FolderPage>;
  alone: OneAtATime;
}

function pageOf({ entries, cursor, has_more }: ListResult): FolderPage {
  const known = entries.filter((entry): entry is Entry => 'name' in entry);
  const lines = known.map((entry) =>
    JSON.stringify([
      entry['.tag'],
      entry.path_display ?? null,
      entry.name,
      'rev' in entry ? entry.rev : null,
    ]),
  );
  const mark = createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 32);
  return { entries: known, cursor, hasMore: has_more, mark };
}

export function createPages({ api, place, recursive, visitor, held, alone }: PagesOptions): Pages {
  const keyOf = (folder: string, at: string | null) =>
    createHash('sha256')
      .update(JSON.stringify([visitor, place.address, recursive, folder, at]))
      .digest('hex');

  function first(folder: string, signal: AbortSignal): Promise<ListResult> {
    const below = folder === '' ? '' : `/${folder}`;
    const limit = { limit: LIMIT, include_non_downloadable_files: false };
    return place.type === 'own'
      ? api.listFolder({ path: place.path + below, recursive, ...limit }, signal)
      : // Dropbox refuses `recursive` beside a link.
        api.listFolder({ path: below, shared_link: { url: place.url }, ...limit }, signal);
  }

  return {
    async read(folder, at, signal) {
      const key = keyOf(folder, at);
      return alone(key, signal, async () => {
        const known = held.get(key);
        if (known) return known;
        return pageOf(await (at === null ? first(folder, signal) : api.listFolderContinue(at, signal)));
      });
    },
    keep: (folder, at, page) => held.put(keyOf(folder, at), page),
    drop: (folder, at) => held.drop(keyOf(folder, at)),
  };
}
