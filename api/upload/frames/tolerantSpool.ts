import { rm } from 'node:fs/promises';
import { PassThrough, type Readable } from 'node:stream';
import type { Request } from 'express';
import type { StorageEngine } from 'multer';
import { Failure } from '../../../domain/failures.ts';
import { failureProblem } from '../../problem.ts';
import { refuseEarly } from '../refuseEarly.ts';
import { type SpooledFile, type SpoolOptions, spoolStream } from '../spool.ts';

/** A file of several: taken, or refused while the others go on. */
export type TakenFile = { name: string } & ({ spooled: SpooledFile } | { refused: Failure });

/** Reads the rest of a file and drops it. @returns whether it ended before `limit` bytes */
function drain(from: Readable, limit: number): Promise<boolean> {
  // The last bytes of a small file are what shows that it is bad.
  if (from.readableEnded || from.destroyed) return Promise.resolve(true);
  let bytes = 0;
  return new Promise((resolve) => {
    from.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limit) resolve(false);
    });
    from.once('end', () => resolve(true));
    from.once('close', () => resolve(true));
    from.resume();
  });
}

/**
 * Multer storage for several files at once, of which a bad one is no reason to refuse the others. What cannot be read
 * past, because it has no end or the disk is full, still ends the request.
 */
export function createTolerantSpool(options: SpoolOptions): StorageEngine {
  async function take(req: Request, name: string, from: Readable): Promise<TakenFile> {
    // The parser waits for its stream to be read to the end, so it must outlive a pipeline that breaks.
    const through = new PassThrough();
    from.once('error', (error) => through.destroy(error));
    from.pipe(through);
    try {
      return { name, spooled: await spoolStream(through, name, options) };
    } catch (error) {
      from.unpipe(through);
      if (!(error instanceof Failure)) throw error;
      if (error.retryable || !(await drain(from, options.maxBytes))) {
        refuseEarly(req, failureProblem(error));
        throw error;
      }
      return { name, refused: error };
    }
  }

  return {
    _handleFile(req: Request, file, done) {
      take(req, file.originalname, file.stream).then(
        (taken) =>
          done(null, {
            path: 'spooled' in taken ? taken.spooled.path : '',
            taken,
          } as Partial<Express.Multer.File>),
        (error: unknown) => done(error),
      );
    },
    _removeFile(_req, file, done) {
      if (!file.path) done(null);
      else rm(file.path, { force: true }).then(() => done(null), done);
    },
  };
}

export function takenOf(file: Express.Multer.File): TakenFile {
  return (file as Express.Multer.File & { taken: TakenFile }).taken;
}
