import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request } from 'express';
import type { StorageEngine } from 'multer';
import { Failure } from '../../domain/failures.ts';
import type { Digest, Digests } from '../../sources/digests.ts';
import { failureProblem } from '../problem.ts';
import { HEAD_BYTES, type Judge } from './judge.ts';
import { refuseEarly } from './refuseEarly.ts';

/** A file that arrived whole, hashed on the way; whoever takes it removes it. */
export interface SpooledFile extends Digest {
  path: string;
  name: string;
  bytes: number;
  mediaType: string;
}

export interface SpoolOptions {
  dir: string;
  maxBytes: number;
  judge: Judge;
  createDigests(): Digests;
}

/** Looks at a body as it passes: size and type are refused at the first byte that shows them. */
function inspector(options: SpoolOptions) {
  const digests = options.createDigests();
  let bytes = 0;
  let head: Buffer | null = Buffer.alloc(0);
  let mediaType = 'application/octet-stream';

  async function judge(seen: Buffer): Promise<void> {
    head = null;
    mediaType = await options.judge(seen);
  }

  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > options.maxBytes) {
        done(new Failure('too_large', `The file has more than ${options.maxBytes} bytes.`));
        return;
      }
      digests.update(chunk);
      if (head === null) {
        done(null, chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      if (head.length < HEAD_BYTES) done(null, chunk);
      else judge(head).then(() => done(null, chunk), done);
    },
    flush(done) {
      if (head === null) done();
      else judge(head).then(() => done(), done);
    },
  });
  return { stream, result: () => ({ bytes, ...digests.end(), mediaType }) };
}

/** What an error while bytes were kept means; anything unknown passes unchanged. */
export function keepFailure(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new Failure('storage_full', 'No space for the upload.')
    : error;
}

/** Spools bytes beside the object store while they are hashed, counted and looked at. Nothing stays when it throws. */
export async function spoolStream(from: Readable, name: string, options: SpoolOptions): Promise<SpooledFile> {
  const target = path.join(options.dir, `upload-${randomUUID()}`);
  const look = inspector(options);
  const spool = createWriteStream(target, { flags: 'wx', mode: 0o600 });
  const closed = new Promise<void>((resolve) => spool.once('close', () => resolve()));
  try {
    await pipeline(from, look.stream, spool);
    return { path: target, name, ...look.result() };
  } catch (error) {
    // A body that is refused at once may be faster than the file that is opened for it.
    await closed;
    await rm(target, { force: true });
    throw keepFailure(error);
  }
}

/** Multer storage that spools each file. */
export function createSpool(options: SpoolOptions): StorageEngine {
  return {
    _handleFile(req: Request, file, done) {
      spoolStream(file.stream, file.originalname, options).then(
        (spooled) =>
          done(null, { path: spooled.path, size: spooled.bytes, spooled } as Partial<Express.Multer.File>),
        (error: unknown) => {
          if (error instanceof Failure) refuseEarly(req, failureProblem(error));
          done(error);
        },
      );
    },
    _removeFile(_req, file, done) {
      rm(file.path, { force: true }).then(() => done(null), done);
    },
  };
}

/** The spooled side of a file that multer parsed with this storage. */
export function spooledOf(file: Express.Multer.File): SpooledFile {
  return (file as Express.Multer.File & { spooled: SpooledFile }).spooled;
}
