import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import pLimit from 'p-limit';
import { assertKey } from './keys.ts';
import type { ObjectStore } from './objectStore.ts';
import { createDirectAccess } from './s3/direct.ts';
import { download, readObject } from './s3/get.ts';
import { headObject } from './s3/head.ts';
import { listObjects } from './s3/list.ts';
import { abortUpload, listUploads } from './s3/multipart.ts';
import { persist } from './s3/patience.ts';
import { putFile } from './s3/put.ts';
import { settingsFailure, storeFailure } from './s3/refusal.ts';
import type { S3Settings } from './s3/settings.ts';
import { createWire } from './s3/wire.ts';

/** Objects sent at the same time: what one holds in memory is a file of 8 MiB or three parts of 16. */
const PUTS_AT_ONCE = 16;

export interface S3StoreOptions extends S3Settings {
  /** Where copies for programs that need a file are made. */
  scratchDir: string;
}

export interface S3Store extends ObjectStore {
  /** Stores a few bytes, looks at them and deletes them. @throws Failure */
  tryOut(): Promise<void>;
}

/**
 * Objects in a bucket of any service that speaks S3.
 *
 * Requests are made with our own small client: every one has deadlines, is tried again when that may help, and is
 * looked at afterwards. The client of the package `minio` has none of this, and mixes the parts of two uploads to the
 * same key.
 */
export async function createS3Store(options: S3StoreOptions): Promise<S3Store> {
  await mkdir(options.scratchDir, { recursive: true });
  const wire = createWire(options);
  const limit = pLimit(PUTS_AT_ONCE);

  return {
    async putFile(key, from, contentType) {
      assertKey(key);
      const { bytes, modifiedAt } = await limit(() => putFile(wire, key, from, contentType));
      await rm(from, { force: true });
      return { key, bytes, modifiedAt };
    },
    async head(key) {
      assertKey(key);
      const found = await headObject(wire, key);
      return found === null ? null : { key, bytes: found.bytes, modifiedAt: found.modifiedAt };
    },
    async hash(key) {
      assertKey(key);
      const sum = createHash('sha256');
      await pipeline(await readObject(wire, key, { verified: false }), sum);
      return sum.digest('hex');
    },
    async read(key, range) {
      assertKey(key);
      return readObject(wire, key, { range, verified: true });
    },
    async localFile(key) {
      assertKey(key);
      const to = path.join(options.scratchDir, `object-${randomUUID()}`);
      await download(wire, key, to);
      return { path: to, release: () => rm(to, { force: true }) };
    },
    list(prefix) {
      if (prefix.split('/').includes('..')) throw new TypeError('A prefix may not climb.');
      return listObjects(wire, options.prefix, prefix);
    },
    async delete(key) {
      assertKey(key);
      await persist(() => wire.ask({ method: 'DELETE', key, right: [200, 204, 404] }), wire.patienceFor(0));
    },
    async check() {
      const query = { 'list-type': '2', 'max-keys': '1', prefix: options.prefix };
      try {
        await wire.ask({ method: 'GET', key: null, query, right: [200] });
      } catch (error) {
        throw settingsFailure(error);
      }
    },
    async tryOut() {
      const key = `.probe/${randomUUID()}`;
      const probe = path.join(options.scratchDir, `probe-${randomUUID()}`);
      try {
        await writeFile(probe, key, { mode: 0o600 });
        await putFile(wire, key, probe, 'application/octet-stream');
        await wire.ask({ method: 'DELETE', key, right: [200, 204, 404] });
      } catch (error) {
        throw storeFailure(error);
      } finally {
        await rm(probe, { force: true });
      }
    },
    direct: createDirectAccess(options, assertKey),
    unfinished: {
      list: () => listUploads(wire, options.prefix),
      abort: (key, uploadId) => abortUpload(wire, key, uploadId),
    },
  };
}
