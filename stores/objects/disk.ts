import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  access,
  constants,
  copyFile,
  mkdir,
  open,
  opendir,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
} from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../../domain/failures.ts';
import { assertKey } from './keys.ts';
import type { ObjectInfo, ObjectStore } from './objectStore.ts';
import { createDirectorySync, sync } from './sync.ts';

const TEMP = '.tmp';

function code(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function storeFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const reason = code(error);
  if (reason === 'ENOENT')
    return new Failure('object_missing', 'The object is not in the store.', { cause: error });
  if (reason === 'ENOSPC' || reason === 'EDQUOT')
    return new Failure('storage_full', 'The disk that holds the objects is full.', { cause: error });
  return new Failure('store_unavailable', `The object store failed (${reason ?? 'unknown'}).`, {
    cause: error,
  });
}

/**
 * Objects as files under `root`, spread by nothing but their key: a tenant is a directory, an asset is one in it.
 * A put is: temp file in the same file system, fsync, rename, fsync of the directory.
 */
export async function createDiskStore(root: string): Promise<ObjectStore> {
  const temp = path.join(root, TEMP);
  await mkdir(temp, { recursive: true });
  const syncDirectory = createDirectorySync();

  const fileOf = (key: string): string => {
    assertKey(key);
    return path.join(root, key);
  };

  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof TypeError) throw error;
      throw storeFailure(error);
    }
  }

  async function info(key: string): Promise<ObjectInfo> {
    const found = await stat(fileOf(key));
    return { key, bytes: found.size, modifiedAt: found.mtime };
  }

  /**
   * Moves `from` to `to` in one step that survives a power cut. Most objects join others of their asset, so the
   * directory is made when it is missed; a delete may remove it in between.
   */
  async function publish(from: string, to: string): Promise<void> {
    const directory = path.dirname(to);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await rename(from, to);
        await syncDirectory(directory);
        return;
      } catch (error) {
        if (code(error) !== 'ENOENT' || attempt >= 4) throw error;
        await mkdir(directory, { recursive: true });
      }
    }
  }

  async function* walk(directory: string, prefix: string): AsyncGenerator<ObjectInfo> {
    let entries: Awaited<ReturnType<typeof opendir>>;
    try {
      entries = await opendir(directory);
    } catch (error) {
      if (code(error) === 'ENOENT') return;
      throw storeFailure(error);
    }
    for await (const entry of entries) {
      if (entry.name === TEMP) continue;
      const key = `${prefix}${entry.name}`;
      if (entry.isDirectory()) yield* walk(path.join(directory, entry.name), `${key}/`);
      else {
        const found = await stat(path.join(directory, entry.name)).catch(() => null);
        if (found) yield { key, bytes: found.size, modifiedAt: found.mtime };
      }
    }
  }

  return {
    putFile: (key, from, _contentType) =>
      guarded(async () => {
        const to = fileOf(key);
        await sync(from);
        try {
          await publish(from, to);
        } catch (error) {
          if (code(error) !== 'EXDEV') throw error;
          const near = path.join(temp, randomUUID());
          try {
            await copyFile(from, near, constants.COPYFILE_FICLONE);
            await sync(near);
            await publish(near, to);
          } finally {
            await rm(near, { force: true });
          }
          await unlink(from);
        }
        return info(key);
      }),
    head: (key) =>
      guarded(async () => {
        try {
          return await info(key);
        } catch (error) {
          if (code(error) === 'ENOENT') return null;
          throw error;
        }
      }),
    hash: (key) =>
      guarded(async () => {
        const sum = createHash('sha256');
        await pipeline(createReadStream(fileOf(key), { highWaterMark: 1 << 20 }), sum);
        return sum.digest('hex');
      }),
    read: (key, range) =>
      guarded(async () => {
        const handle = await open(fileOf(key), 'r');
        return handle.createReadStream(range ?? {});
      }),
    localFile: (key) =>
      guarded(async () => {
        const file = fileOf(key);
        await access(file, constants.R_OK);
        return { path: file, release: async () => {} };
      }),
    list: (prefix) => {
      const cut = prefix.lastIndexOf('/') + 1;
      const base = prefix.slice(0, cut);
      if (base.split('/').includes('..')) throw new TypeError('A prefix may not climb.');
      const all = walk(path.join(root, base), base);
      return (async function* () {
        for await (const object of all) if (object.key.startsWith(prefix)) yield object;
      })();
    },
    delete: (key) =>
      guarded(async () => {
        const file = fileOf(key);
        await rm(file, { force: true });
        // An empty directory is not an object; a put that races this makes it anew.
        await rmdir(path.dirname(file))
          .then(() => rmdir(path.dirname(path.dirname(file))))
          .catch(() => {});
      }),
    check: () =>
      guarded(async () => {
        const probe = path.join(temp, `probe-${randomUUID()}`);
        const handle = await open(probe, 'wx');
        try {
          await handle.write('ok');
        } finally {
          await handle.close();
          await rm(probe, { force: true });
        }
      }),
  };
}
