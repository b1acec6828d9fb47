import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request } from 'express';
import type { StorageEngine } from 'multer';
import { Failure } from '../../domain/failures.ts';
import { type ImageFormat, MIME_TYPES } from '../../domain/limits.ts';
import type { Digest, Digests } from '../../sources/digests.ts';
import { failureProblem } from '../problem.ts';
import { refuseEarly } from './refuseEarly.ts';

/** Enough for every signature that we read. */
const HEAD_BYTES = 4_100;

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
  sniff(head: Uint8Array): Promise<ImageFormat | null>;
  createDigests(): Digests;
}

/** Looks at a body as it passes: size and type are refused at the first byte that shows them. */
function inspector(options: SpoolOptions) {
  const digests = options.createDigests();
  let bytes = 0;
  let head: Buffer | null = Buffer.alloc(0);
  let format: ImageFormat | null = null;

  async function judge(seen: Buffer): Promise<void> {
    head = null;
    if (seen.length === 0) throw new Failure('empty_file', 'The file has no bytes.');
    format = await options.sniff(seen);
    if (format === null)
      throw new Failure('unsupported_format', 'These are not the bytes of an image format we read.');
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
  return {
    stream,
    result: () => ({
      bytes,
      ...digests.end(),
      mediaType: format === null ? 'application/octet-stream' : MIME_TYPES[format],
    }),
  };
}

/** Multer storage that spools each file beside the object store while it is hashed, counted and looked at. */
export function createSpool(options: SpoolOptions): StorageEngine {
  return {
    _handleFile(req: Request, file, done) {
      const target = path.join(options.dir, `upload-${randomUUID()}`);
      const look = inspector(options);
      const spool = createWriteStream(target, { flags: 'wx', mode: 0o600 });
      const closed = new Promise<void>((resolve) => spool.once('close', () => resolve()));
      pipeline(file.stream, look.stream, spool).then(
        () => {
          const spooled: SpooledFile = { path: target, name: file.originalname, ...look.result() };
          done(null, { path: target, size: spooled.bytes, spooled } as Partial<Express.Multer.File>);
        },
        async (error: unknown) => {
          // A body that is refused at once may be faster than the file that is opened for it.
          await closed;
          await rm(target, { force: true });
          const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
          const failure = full ? new Failure('storage_full', 'No space for the upload.') : error;
          if (failure instanceof Failure) refuseEarly(req, failureProblem(failure));
          done(failure);
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
