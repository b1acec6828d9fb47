import fs from 'node:fs/promises';
import path from 'node:path';
import { Answered, json, plain, refuse } from './fakeAnswers.ts';
import { below, type FakeLinks, openLink } from './fakeLinks.ts';
import { describe, type FakeFile, type FakeFolder, namesIn } from './fakeTree.ts';

export interface FakeListing {
  root: string;
  links: FakeLinks;
  /** Entries that a page has at most, whatever is asked for; every third page is shorter, and some are empty. */
  pageSize: number;
  /** So many entries more than was asked for: the limit is approximate. */
  overshoot: number;
}

interface Where {
  directory: string;
  /** Path in the account; `null`: seen through a link. */
  shown: string | null;
  recursive: boolean;
  limit: number;
  all: boolean;
  from: number;
  page: number;
}

/** Paths below a directory, in the order in which they are listed. */
async function pathsIn(directory: string, recursive: boolean, before = ''): Promise<string[]> {
  const found: string[] = [];
  for (const name of await namesIn(directory)) {
    found.push(before + name);
    const full = path.join(directory, name);
    if (recursive && (await fs.stat(full)).isDirectory()) {
      found.push(...(await pathsIn(full, true, `${before}${name}/`)));
    }
  }
  return found;
}

async function pageOf(options: FakeListing, where: Where) {
  const { directory, shown, recursive, all, from, page } = where;
  const stats = await fs.stat(directory).catch(() => refuse('path/not_found'));
  if (!stats.isDirectory()) refuse('path/not_folder');
  const paths = await pathsIn(directory, recursive);
  const most = Math.min(where.limit + options.overshoot, options.pageSize);
  const size = page % 3 === 1 ? Math.floor(most / 2) : page % 3 === 2 ? 0 : most;
  const some = paths.slice(from, from + size);
  const entries: (FakeFile | FakeFolder)[] = [];
  for (const each of some) {
    const entry = await describe(path.join(directory, each), shown === null ? null : `${shown}/${each}`);
    if (all || entry['.tag'] === 'folder' || entry.is_downloadable) entries.push(entry);
  }
  if (recursive && from === 0 && shown) entries.unshift(await describe(directory, shown));
  const next: Where = { ...where, from: from + some.length, page: page + 1 };
  return json(200, {
    entries,
    cursor: Buffer.from(JSON.stringify(next)).toString('base64url'),
    has_more: next.from < paths.length,
  });
}

/** `files/list_folder` */
export async function listFolder(options: FakeListing, arg: Record<string, unknown>, who: 'app' | 'user') {
  const { limit = 2_000, recursive = false, include_non_downloadable_files: all = true } = arg;
  if (typeof limit !== 'number' || limit < 1 || limit > 2_000) {
    throw new Answered(
      plain(400, `Error in call to API function "files/list_folder": limit: ${limit} is not good`),
    );
  }
  const shared = arg['shared_link'] as { url?: unknown; password?: unknown } | undefined;
  if (shared === undefined) {
    if (who !== 'user')
      throw new Answered(plain(400, 'This API function operates on a single Dropbox account.'));
    const shown = String(arg['path']);
    const directory = below(options.root, arg['path']);
    return pageOf(options, {
      directory,
      shown,
      recursive: recursive === true,
      limit,
      all: all !== false,
      from: 0,
      page: 0,
    });
  }
  if (recursive !== false) {
    throw new Answered(
      plain(
        400,
        'Error in call to API function "files/list_folder": recursive is not supported for a shared link',
      ),
    );
  }
  const { directory } = openLink(options.links, shared.url, shared.password);
  const full = below(path.join(options.root, directory), arg['path']);
  return pageOf(options, {
    directory: full,
    shown: null,
    recursive: false,
    limit,
    all: all !== false,
    from: 0,
    page: 0,
  });
}

/** `files/list_folder/continue` */
export async function listFolderContinue(options: FakeListing, arg: Record<string, unknown>) {
  return pageOf(options, JSON.parse(Buffer.from(String(arg['cursor']), 'base64url').toString()) as Where);
}
