import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';

const NATIVE = 'application/vnd.google-apps.';
const TYPES: Record<string, string> = {
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.tif': 'image/tiff',
  '.html': 'text/html',
};

/** What a test can say of a path, beside what the directory shows. */
export interface Mark {
  /** Absent for everybody who does not show this key. */
  resourceKey?: string;
  canDownload?: boolean;
  /** `owner`: its owner may fetch it once that is acknowledged; `nobody`: not even so. */
  harmful?: 'owner' | 'nobody';
  /** Absent unless shared drives are asked for. */
  inSharedDrive?: boolean;
  trashed?: boolean;
  /** Drive knows no hashes of it (yet). */
  noHashes?: boolean;
  /** Listed, but its own files are not shown. */
  denied?: boolean;
}

/** One entry, in the terms of Drive. */
export interface Entry {
  id: string;
  /** Below the root; `''`: the root itself. */
  path: string;
  name: string;
  mimeType: string;
  mark: Mark;
  size?: number;
  modifiedTime: string;
  targetPath?: string;
}

/**
 * A local directory in the terms of Drive: directories are folders, symbolic links are shortcuts (dangling ones too),
 * `x.gdoc` is the document `x` of an online editor.
 */
export interface Tree {
  idOf(path: string): string;
  /** @returns `null` for ids that were never given out. */
  pathOf(id: string): string | null;
  mark(path: string, mark: Mark): void;
  /** `null`: there is nothing. */
  look(path: string): Promise<Entry | null>;
  children(path: string): Promise<Entry[]>;
  hashes(entry: Entry): Promise<{ md5: string; sha256: string }>;
  file(entry: Entry): string;
}

export function createTree(root: string): Tree {
  const byId = new Map<string, string>();
  const marks = new Map<string, Mark>();
  const known = new Map<string, { signature: string; md5: string; sha256: string }>();
  const full = (at: string) => path.join(root, at);

  function idOf(at: string): string {
    const id = `1${createHash('sha256').update(at).digest('base64url').slice(0, 32)}`;
    byId.set(id, at);
    return id;
  }

  async function look(at: string): Promise<Entry | null> {
    const stat = await fs.lstat(full(at)).catch(() => null);
    if (stat === null) return null;
    const name = path.basename(at) || 'root';
    const base = {
      id: idOf(at),
      path: at,
      mark: marks.get(at) ?? {},
      modifiedTime: stat.mtime.toISOString(),
    };
    if (stat.isDirectory()) return { ...base, name, mimeType: `${NATIVE}folder` };
    if (stat.isSymbolicLink()) {
      const to = path.resolve(path.dirname(full(at)), await fs.readlink(full(at)));
      return { ...base, name, mimeType: `${NATIVE}shortcut`, targetPath: path.relative(root, to) };
    }
    if (name.endsWith('.gdoc')) return { ...base, name: name.slice(0, -5), mimeType: `${NATIVE}document` };
    const mimeType = TYPES[path.extname(name).toLowerCase()] ?? 'application/octet-stream';
    return { ...base, name, mimeType, size: stat.size };
  }

  return {
    idOf,
    pathOf: (id) => byId.get(id) ?? null,
    mark: (at, mark) => marks.set(at, { ...marks.get(at), ...mark }),
    look,
    async children(at) {
      const names = await fs.readdir(full(at)).catch(() => []);
      const found = await Promise.all(names.map((name) => look(path.join(at, name))));
      return found.filter((entry) => entry !== null && !entry.mark.trashed) as Entry[];
    },
    async hashes(entry) {
      const stat = await fs.stat(full(entry.path));
      const signature = `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`;
      const before = known.get(entry.path);
      if (before?.signature === signature) return before;
      const [md5, sha256] = [createHash('md5'), createHash('sha256')];
      for await (const chunk of createReadStream(full(entry.path))) {
        md5.update(chunk as Buffer);
        sha256.update(chunk as Buffer);
      }
      const now = { signature, md5: md5.digest('hex'), sha256: sha256.digest('hex') };
      known.set(entry.path, now);
      return now;
    },
    file: (entry) => full(entry.path),
  };
}
