import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import createGoogleDriveKind from '../../../sources/kinds/google-drive/kind.ts';
import type { Fetched, FetchOptions, Json, Source, SourceItem } from '../../../sources/source.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { FAKE_KEY, type FakeDrive, startFakeDrive } from './fakeDrive.ts';

export const never = () => new AbortController().signal;

export interface OpenOptions {
  credentials?: unknown;
  settings?: Record<string, Json>;
  /** Added to the link. */
  query?: string;
}

/** A Drive with a directory behind it, and the kind that reads it. */
export interface DrivePlace {
  fake: FakeDrive;
  /** The directory that it shows. */
  root: string;
  put(file: string, bytes?: string | Buffer): Promise<void>;
  /** A shortcut at `file` to `target`, both below the root. */
  link(file: string, target: string): Promise<void>;
  open(below?: string, options?: OpenOptions): Source;
  fetch(source: Source, item: SourceItem, options?: Partial<FetchOptions>): Promise<[Fetched, Buffer]>;
  /** By names, which must be different. */
  itemsOf(source: Source): Promise<Map<string, SourceItem>>;
  tearDown(): Promise<void>;
}

export interface Installation {
  apiKey?: string | null;
  keyless?: boolean;
  fetchTimeoutMs?: number;
}

export async function setUpDrive({
  apiKey = FAKE_KEY,
  keyless = false,
  fetchTimeoutMs = 20_000,
}: Installation = {}): Promise<DrivePlace> {
  const base = await fs.mkdtemp(path.join(os.tmpdir(), 'drive-'));
  const root = path.join(base, 'root');
  await fs.mkdir(root);
  const fake = await startFakeDrive({ root });
  const deps = kindDeps({ fetchTimeoutMs });
  deps.providers.google = { apiKey, endpoint: fake.url, keyless };
  const kind = createGoogleDriveKind(deps);
  let counter = 0;
  const make = async (file: string) => {
    const full = path.join(root, file);
    await fs.mkdir(path.dirname(full), { recursive: true });
    return full;
  };
  return {
    fake,
    root,
    put: async (file, bytes = `bytes of ${file}`) => fs.writeFile(await make(file), bytes),
    async link(file, target) {
      const full = await make(file);
      await fs.symlink(path.relative(path.dirname(full), path.join(root, target)) || '.', full);
    },
    open(below = '', { credentials = null, settings = {}, query = '' } = {}) {
      const link = `https://drive.google.com/drive/folders/${fake.tree.idOf(below)}${query}`;
      return kind.open(kind.parse(link, settings), visitor(credentials));
    },
    async fetch(source, item, options = {}) {
      const toPath = path.join(base, `fetched-${counter++}`);
      const got = await source.fetch(item, { toPath, maxBytes: 1e9, signal: never(), ...options });
      return [got, await fs.readFile(options.toPath ?? toPath)];
    },
    async itemsOf(source) {
      const items = new Map<string, SourceItem>();
      let cursor: Json = null;
      do {
        const page = await source.list(cursor, never());
        for (const item of page.items) items.set(item.name, item);
        cursor = JSON.parse(JSON.stringify(page.next));
      } while (cursor !== null);
      return items;
    },
    async tearDown() {
      await deps.client.close();
      await fake.close();
      await fs.rm(base, { recursive: true });
    },
  };
}
