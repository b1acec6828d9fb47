import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { DataStore, ERRORS, Upload } from '@tus/server';
import { Failure } from '../../../domain/failures.ts';
import type { Database } from '../../../stores/postgres/database.ts';
import {
  declareLength,
  dropResumableUpload,
  findResumableUpload,
  type ResumableUpload,
} from '../../../stores/resumableUploads.ts';
import type { Judges } from '../judge.ts';
import { addPiece, type Checksum } from './pieces.ts';

/** How long an upload waits for its next piece before it is forgotten, counted from its first. */
export const EXPIRY_HOURS = 24;

export interface PieceStoreDeps {
  db: Database;
  /** Where the pieces are. */
  dir: string;
  judges: Judges;
  /** What the request that is being answered announced. */
  checksum(): Checksum | null;
}

export const fileOf = (dir: string, id: string): string => path.join(dir, id);

/** Bytes that are there. @throws ERRORS.FILE_NO_LONGER_EXISTS: not on this host */
export async function sizeOf(dir: string, id: string): Promise<number> {
  try {
    return (await stat(fileOf(dir, id))).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw ERRORS.FILE_NO_LONGER_EXISTS;
    throw error;
  }
}

/** Removes an upload that is not wanted any more. The row goes last: it is what the sweep finds. */
export async function forget(db: Database, dir: string, id: string): Promise<void> {
  await rm(fileOf(dir, id), { force: true });
  await db.run((sql) => dropResumableUpload(sql, id));
}

/** What tus keeps of its uploads: facts in Postgres, bytes in one file each. The row of an upload is made before it. */
export function createPieceStore({ db, dir, judges, checksum }: PieceStoreDeps): DataStore {
  const store = new DataStore();
  store.extensions = [
    'creation',
    'creation-with-upload',
    'creation-defer-length',
    'termination',
    'expiration',
    'checksum',
  ];

  async function find(id: string): Promise<ResumableUpload> {
    const row = await db.run((sql) => findResumableUpload(sql, id));
    if (row === null) throw ERRORS.FILE_NOT_FOUND;
    return row;
  }

  store.create = async (upload) => {
    await mkdir(dir, { recursive: true });
    await writeFile(fileOf(dir, upload.id), '', { flag: 'wx', mode: 0o600 });
    return upload;
  };
  store.getUpload = async (id) => {
    const row = await find(id);
    // A finished upload has no file any more, and is complete.
    const offset = row.result === null ? await sizeOf(dir, id) : (row.bytes ?? 0);
    return new Upload({
      id,
      offset,
      metadata: row.metadata,
      creation_date: row.createdAt.toISOString(),
      ...(row.bytes !== null && { size: row.bytes }),
    });
  };
  store.write = async (from: Readable, id, offset) => {
    const row = await find(id);
    if (row.result !== null) {
      from.resume();
      return offset;
    }
    try {
      const judge = row.archive ? judges.archive : judges.either;
      const piece = { path: fileOf(dir, id), offset, total: row.bytes, checksum: checksum(), judge };
      return offset + (await addPiece(from, piece));
    } catch (error) {
      if (error instanceof Failure && !error.retryable) await forget(db, dir, id);
      throw error;
    }
  };
  store.declareUploadLength = (id, bytes) => db.run((sql) => declareLength(sql, id, bytes));
  store.remove = async (id) => {
    await find(id);
    await forget(db, dir, id);
  };
  store.getExpiration = () => EXPIRY_HOURS * 3_600_000;
  return store;
}
