import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';

const BLOCK = 4 * 1024 * 1024;
const hashes = new Map<string, string>();

/** Written from https://www.dropbox.com/developers/reference/content-hash, apart from the code under test. */
export function contentHash(bytes: Buffer): string {
  const all = createHash('sha256');
  for (let at = 0; at < bytes.length; at += BLOCK) {
    all.update(
      createHash('sha256')
        .update(bytes.subarray(at, at + BLOCK))
        .digest(),
    );
  }
  return all.digest('hex');
}

const seconds = (date: Date) => `${date.toISOString().slice(0, 19)}Z`;

async function hashOf(full: string, stats: Stats): Promise<string> {
  const key = `${full} ${stats.size} ${stats.mtimeMs} ${stats.ino} ${stats.ctimeMs}`;
  const known = hashes.get(key) ?? contentHash(await fs.readFile(full));
  hashes.set(key, known);
  return known;
}

export interface FakeFile {
  '.tag': 'file';
  name: string;
  id: string;
  client_modified: string;
  server_modified: string;
  rev: string;
  size: number;
  content_hash: string;
  is_downloadable: boolean;
  export_info?: { export_as: string };
  path_lower: string | null;
  path_display: string | null;
}

export interface FakeFolder {
  '.tag': 'folder';
  name: string;
  id: string;
  path_lower: string | null;
  path_display: string | null;
}

const idOf = (text: string) => `id:${createHash('sha1').update(text).digest('base64url').slice(0, 22)}`;

/**
 * @param shown path in the account; `null`: the entry is mounted in none, as everything is that a link shows.
 * `*.paper` are documents of the online editor, names with `nodownload` may not be downloaded.
 */
export async function describe(full: string, shown: string | null): Promise<FakeFile | FakeFolder> {
  const stats = await fs.stat(full);
  const name = path.basename(full);
  const paths = { path_lower: shown?.toLowerCase() ?? null, path_display: shown };
  if (stats.isDirectory()) return { '.tag': 'folder', name, id: idOf(full), ...paths };
  const hash = await hashOf(full, stats);
  const paper = name.endsWith('.paper');
  return {
    '.tag': 'file',
    name,
    id: idOf(full),
    client_modified: seconds(stats.mtime),
    server_modified: seconds(stats.mtime),
    rev: createHash('sha1').update(`${full}${stats.mtimeMs}${hash}`).digest('hex').slice(0, 21),
    size: stats.size,
    content_hash: hash,
    is_downloadable: !paper && !name.includes('nodownload'),
    ...(paper && { export_info: { export_as: 'docx' } }),
    ...paths,
  };
}

/** Names of a directory in an order that stays, but that nobody would sort them into. */
export async function namesIn(directory: string): Promise<string[]> {
  const names = await fs.readdir(directory);
  const keys = new Map(names.map((name) => [name, createHash('md5').update(name).digest('hex')]));
  return names.sort((a, b) => ((keys.get(a) ?? '') < (keys.get(b) ?? '') ? -1 : 1));
}
