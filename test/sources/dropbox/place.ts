import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import createDropboxKind from '../../../sources/kinds/dropbox/kind.ts';
import type { Fetched, Json, Source, SourceItem, SourceKind } from '../../../sources/source.ts';
import { kindDeps, visitor } from '../kindDeps.ts';
import { type FakeDropbox, type FakeDropboxOptions, startFakeDropbox } from './fakeDropbox.ts';

export const LINK = 'https://www.dropbox.com/sh/fakefolder/AAAkey';

export interface DropboxPlace {
  root: string;
  fake: FakeDropbox;
  kind: SourceKind;
  /** A kind that knows nothing of what the first one holds, as in another process. */
  anew(): SourceKind;
  open(address?: string, credentials?: unknown, options?: { [name: string]: Json }): Source;
  put(file: string, bytes?: string | Buffer): Promise<void>;
  fetch(source: Source, item: SourceItem): Promise<[Fetched, string]>;
  close(): Promise<void>;
}

/** @param installation what the installation has of its own; the fake's app key when left out. */
export async function openPlace(
  options: Omit<FakeDropboxOptions, 'root'> = {},
  installation: { appKey?: string | null; appSecret?: string | null; accessToken?: string | null } = {},
): Promise<DropboxPlace> {
  const base = await fs.mkdtemp(path.join(os.tmpdir(), 'dropbox-'));
  const root = path.join(base, 'root');
  await fs.mkdir(root);
  const fake = await startFakeDropbox({ root, ...options });
  const { providers, client } = kindDeps();
  const deps = kindDeps({
    client,
    providers: {
      ...providers,
      dropbox: {
        appKey: 'fake-app',
        appSecret: 'fake-app-secret',
        accessToken: null,
        ...installation,
        endpoint: fake.url,
      },
    },
  });
  const kind = createDropboxKind(deps);
  let count = 0;
  return {
    root,
    fake,
    kind,
    anew: () => createDropboxKind(deps),
    open: (address = LINK, credentials = null, given = {}) =>
      kind.open(kind.parse(address, given), visitor(credentials)),
    async put(file, bytes = `bytes of ${file}`) {
      const full = path.join(root, file);
      await fs.mkdir(path.dirname(full), { recursive: true });
      await fs.writeFile(full, bytes);
    },
    async fetch(source, item) {
      const toPath = path.join(base, `fetched${count++}`);
      const got = await source.fetch(item, { toPath, maxBytes: 1e9, signal: new AbortController().signal });
      return [got, await fs.readFile(toPath, 'utf8')];
    },
    async close() {
      await client.close();
      await fake.close();
      await fs.rm(base, { recursive: true });
    },
  };
}
