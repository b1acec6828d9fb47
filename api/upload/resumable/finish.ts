import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../../domain/failures.ts';
import type { Json } from '../../../sources/source.ts';
import type { Sql } from '../../../stores/postgres/database.ts';
import {
  findResumableUpload,
  finishResumableUpload,
  type ResumableUpload,
} from '../../../stores/resumableUploads.ts';
import { tenantName } from '../../../stores/tenants.ts';
import type { UploadDeps } from '../../deps.ts';
import { presentUpload } from '../../present/upload.ts';
import { conflict, notFound } from '../../problem.ts';
import { storeArchive } from '../archive/storeArchive.ts';
import { type Judges, ZIP } from '../judge.ts';
import { type SpooledFile, spoolStream } from '../spool.ts';
import { storeUpload } from '../storeUpload.ts';
import { fileOf, forget, sizeOf } from './store.ts';

/** What the client of a complete upload is told: that of `POST /upload/`, or of `POST /imports/archive`. */
export type Finish = (id: string) => Promise<Json>;

/** A writer that has all bytes is about to be done; longer than one that died holds an upload. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 50;

/** Another process was told to store it as well, and was first. */
class StoredElsewhere extends Error {
  override readonly name = 'StoredElsewhere';
}

/**
 * Stores complete uploads, each like one that came in one piece. The pieces stay until the result is recorded, in the
 * transaction that records the upload, so it can be asked for again after any crash, and of any process: nothing is lost
 * or doubled.
 */
export function createFinish(deps: UploadDeps, judges: Judges): Finish {
  const { db, config } = deps;
  const dir = config.storage.uploadsDir;
  const running = new Map<string, Promise<Json>>();

  async function deliver(id: string, tenant: string, file: SpooledFile): Promise<Json> {
    let result: Json = null;
    const note = async (tx: Sql, told: { [name: string]: Json }): Promise<void> => {
      result = told;
      if (!(await finishResumableUpload(tx, id, told))) throw new StoredElsewhere('It is stored already.');
    };
    if (file.mediaType === ZIP) {
      await storeArchive(deps, { tenantName: tenant, file }, (tx, importId) =>
        note(tx, { import_id: importId, content_hash: file.sha256 }),
      );
    } else {
      await storeUpload(deps, tenant, file, (tx, stored) => note(tx, presentUpload(stored, file)));
    }
    return result;
  }

  async function store(id: string): Promise<Json> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const row = await db.run((sql) => findResumableUpload(sql, id));
      if (row === null) throw notFound('upload');
      if (row.result !== null) return row.result;
      // What was written may still be taken back, when its checksum is wrong, and is not durable yet.
      const waits = row.writing && (await sizeOf(dir, id).catch(() => null)) === row.bytes;
      if (!waits) return storePieces(row);
      if (performance.now() >= deadline) throw conflict('Another request still writes to the upload.');
      await sleep(LOOK_MS);
    }
  }

  async function storePieces(row: ResumableUpload): Promise<Json> {
    const { id } = row;
    let file: SpooledFile | null = null;
    try {
      const bytes = await sizeOf(dir, id);
      if (bytes !== row.bytes) throw conflict(`The upload is not complete: it has ${bytes} bytes so far.`);
      file = await spoolStream(createReadStream(fileOf(dir, id)), row.name, {
        dir: config.storage.scratchDir,
        maxBytes: bytes,
        judge: row.archive ? judges.archive : judges.either,
        createDigests: deps.createDigests,
      });
      const tenant = await db.run((sql) => tenantName(sql, row.tenantId));
      const result = await deliver(id, tenant, file);
      await rm(fileOf(dir, id), { force: true });
      return result;
    } catch (error) {
      // Who was first has removed the pieces.
      const now = await db.run((sql) => findResumableUpload(sql, id));
      if (now !== null && now.result !== null) return now.result;
      if (error instanceof Failure && !error.retryable) await forget(db, dir, id);
      throw error;
    } finally {
      if (file !== null) await rm(file.path, { force: true });
    }
  }

  function begin(id: string): Promise<Json> {
    const begun = store(id).finally(() => running.delete(id));
    running.set(id, begun);
    return begun;
  }

  return async (id) => {
    const before = running.get(id);
    // One that began before may have found less than there is now.
    const done = await before?.catch(() => undefined);
    return done ?? running.get(id) ?? begin(id);
  };
}
