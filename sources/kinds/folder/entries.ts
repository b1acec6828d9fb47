import type { BigIntStats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { Failure } from '../../../domain/failures.ts';
import { badNameId, isNotAnImageByName, isSafeName } from '../../names.ts';
import { codeOf } from '../../reach/faults.ts';
import type { SourceItem } from '../../source.ts';
import { isInside } from './address.ts';

const MAX_ENTRIES = 1_000_000;

/** The names in one directory as the bytes they are, sorted by them. */
export interface DirectoryNames {
  path: string;
  names: Buffer[];
}

export async function readNames(absolute: string, path: string): Promise<DirectoryNames> {
  const names = await readdir(absolute, { encoding: 'buffer' });
  if (names.length > MAX_ENTRIES) {
    throw new Failure(
      'listing_too_large',
      `A folder has more than ${MAX_ENTRIES} entries. Import parts of it.`,
    );
  }
  return { path, names: names.sort(Buffer.compare) };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `null`: not UTF-8. */
function textOf(name: Buffer): string | null {
  try {
    return utf8.decode(name);
  } catch {
    return null;
  }
}

/** Printable form of any bytes: what is not plain ASCII is escaped as in a URL. */
function escaped(name: Buffer): string {
  return Array.from(name, (byte) =>
    byte > 0x20 && byte < 0x7f && byte !== 0x25 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`,
  ).join('');
}

export function versionOf(stats: BigIntStats): string {
  return `${stats.size}@${stats.mtimeNs}`;
}

/** What one name turned out to be. `null`: of no interest (a device, a dangling link, gone by now). */
export type Found = { item: SourceItem } | { directory: string } | null;

/**
 * @param root real path of the source's root
 * @param parent path below the root, `''` for itself
 */
export async function look(root: string, parent: string, name: Buffer): Promise<Found> {
  const text = textOf(name);
  if (text === null || !isSafeName(text)) return { item: badName(parent, escaped(name)) };
  const path = parent === '' ? text : `${parent}/${text}`;
  const absolute = `${root}/${path}`;
  try {
    let stats = await lstat(absolute, { bigint: true });
    if (stats.isDirectory()) return { directory: path };
    if (stats.isSymbolicLink()) {
      const target = await realpath(absolute);
      if (!isInside(root, target)) return { item: badName(parent, text) };
      stats = await stat(absolute, { bigint: true });
      // A folder inside the root is listed where it really is; following the link as well could go round for ever.
      if (stats.isDirectory()) return null;
    }
    return stats.isFile() ? { item: file(path, text, absolute, stats) } : null;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return null;
    // Visible, but in a place we may not look into: the fetch gives the reason.
    if (code === 'EACCES') return { item: file(path, text, absolute, null) };
    throw error;
  }
}

function file(path: string, name: string, absolute: string, stats: BigIntStats | null): SourceItem {
  return {
    externalId: path,
    name,
    locator: absolute,
    size: stats === null ? null : Number(stats.size),
    sizeExact: stats !== null,
    modifiedAt: stats === null ? null : stats.mtime,
    version: stats === null ? 'unreadable' : versionOf(stats),
    ...(isNotAnImageByName(name) && { skip: 'not_an_image' as const }),
  };
}

function badName(parent: string, shown: string): SourceItem {
  return {
    externalId: badNameId(parent, shown),
    name: shown,
    locator: null,
    size: null,
    sizeExact: false,
    modifiedAt: null,
    version: 'bad-name',
    skip: 'bad_name',
  };
}

/** A folder that may not be read, as an item whose fetch gives the reason. */
export function unreadableFolder(root: string, path: string): SourceItem {
  const name = `${path.slice(path.lastIndexOf('/') + 1)}/`;
  return {
    externalId: `${path}/`,
    name,
    locator: `${root}/${path}`,
    size: null,
    sizeExact: false,
    modifiedAt: null,
    version: 'directory',
  };
}
