import fs from 'node:fs/promises';
import path from 'node:path';
import { Answered, json, plain, refuse } from './fakeAnswers.ts';
import { describe } from './fakeTree.ts';

/** One shared link: what it shows and to whom. */
export interface FakeLink {
  /** Below the fake's root; a file or a directory. */
  shows: string;
  rlkey?: string;
  password?: string;
  expires?: Date;
  teamOnly?: boolean;
  /** Whether the metadata of a link that is refused can be read all the same. */
  tells?: boolean;
}

/** Links by the path of their address, such as `/scl/fo/abc/AAh`. */
export type FakeLinks = Map<string, FakeLink>;

export interface OpenLink {
  link: FakeLink;
  /** Where on the disk the link's own root is, names below the link in its address included. */
  directory: string;
}

/** A path of the API below a directory: `''` or with a slash before every name. @throws Answered */
export function below(directory: string, given: unknown): string {
  if (typeof given !== 'string' || (given !== '' && !/^\/[^/]/.test(given)) || given.endsWith('/')) {
    throw new Answered(plain(400, `Error in call to API function: path: '${given}' did not match pattern`));
  }
  if (given.split('/').includes('..') || given.includes('\0')) refuse('path/malformed_path');
  return path.join(directory, given);
}

export function findLink(links: FakeLinks, address: unknown): OpenLink | null {
  if (typeof address !== 'string' || !URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.host !== 'www.dropbox.com') return null;
  for (const [prefix, link] of links) {
    if (url.pathname !== prefix && !url.pathname.startsWith(`${prefix}/`)) continue;
    if (link.rlkey !== undefined && url.searchParams.get('rlkey') !== link.rlkey) return null;
    const isFile = /^\/(s|scl\/fi)\//.test(prefix);
    const rest = isFile ? '' : decodeURIComponent(url.pathname.slice(prefix.length));
    return { link, directory: path.join(link.shows, rest) };
  }
  return null;
}

export function isOpen({ password, expires, teamOnly }: FakeLink, given: unknown): boolean {
  if (expires !== undefined && expires.getTime() <= Date.now()) return false;
  return teamOnly !== true && (password === undefined || given === password);
}

/** @throws Answered unless the link may be read. */
export function openLink(links: FakeLinks, address: unknown, password: unknown): OpenLink {
  const found = findLink(links, address) ?? refuse('shared_link_not_found');
  if (!isOpen(found.link, password)) refuse('shared_link_access_denied');
  return found;
}

function visibility({ password, teamOnly }: FakeLink): string {
  if (teamOnly) return 'team_only';
  return password === undefined ? 'public' : 'password';
}

/** `sharing/get_shared_link_metadata`, and what stands beside the bytes of `get_shared_link_file`. */
export async function linkMetadata(root: string, { link, directory }: OpenLink, url: string) {
  const full = path.join(root, directory);
  await fs.stat(full).catch(() => refuse('shared_link_not_found'));
  const found = await describe(full, null);
  const common = {
    '.tag': found['.tag'],
    url,
    name: found.name,
    id: found.id,
    ...(link.expires && { expires: `${link.expires.toISOString().slice(0, 19)}Z` }),
    link_permissions: {
      can_revoke: false,
      resolved_visibility: { '.tag': visibility(link) },
      allow_download: true,
    },
  };
  if (found['.tag'] === 'folder') return common;
  // No content hash: FileLinkMetadata has none.
  const { client_modified, server_modified, rev, size } = found;
  return { ...common, client_modified, server_modified, rev, size };
}

export async function tellLink(root: string, links: FakeLinks, arg: Record<string, unknown>) {
  const found = findLink(links, arg['url']) ?? refuse('shared_link_not_found');
  if (!isOpen(found.link, arg['link_password']) && !found.link.tells) refuse('shared_link_access_denied');
  return json(200, await linkMetadata(root, found, String(arg['url'])));
}
