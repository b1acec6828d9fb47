import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, truncate } from 'node:fs/promises';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sync } from '../../../stores/objects/sync.ts';
import { HEAD_BYTES, type Judge } from '../judge.ts';
import { keepFailure } from '../spool.ts';

/** As `Upload-Checksum` names it. */
export interface Checksum {
  algorithm: 'sha1' | 'sha256';
  /** Base64. */
  value: string;
}

/** A piece that does not have the checksum that was announced for it. tus: status 460. */
export class ChecksumMismatch extends Error {
  override readonly name = 'ChecksumMismatch';
}

export interface Piece {
  /** The file, which exists. */
  path: string;
  /** Where the piece begins; the file ends here. */
  offset: number;
  /** Of the whole upload; `null`: not known yet. */
  total: number | null;
  checksum: Checksum | null;
  judge: Judge;
}

async function firstBytes(path: string, bytes: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Looks at the first bytes as soon as enough of them are there, whichever pieces they came in. */
function createLook({ offset, total, judge }: Piece, before: Buffer) {
  const enough = Math.min(HEAD_BYTES, total ?? HEAD_BYTES);
  let head: Buffer | null = offset < HEAD_BYTES ? before : null;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (head === null) {
        done(null, chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      if (head.length < enough) {
        done(null, chunk);
        return;
      }
      const seen = head;
      head = null;
      judge(seen).then(() => done(null, chunk), done);
    },
  });
}

/**
 * Adds a piece to its file. What came of a piece that breaks off stays, and is durable when this resolves; of one with a
 * checksum nothing stays unless all of it is right.
 *
 * @returns bytes that came
 * @throws Failure what `judge` says of the first bytes, `storage_full`; ChecksumMismatch
 */
export async function addPiece(from: Readable, piece: Piece): Promise<number> {
  const { path, offset, checksum } = piece;
  const sum = checksum === null ? null : createHash(checksum.algorithm);
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      sum?.update(chunk);
      done(null, chunk);
    },
  });
  const before = offset > 0 && offset < HEAD_BYTES ? await firstBytes(path, offset) : Buffer.alloc(0);
  try {
    await pipeline(
      from,
      count,
      createLook(piece, before),
      createWriteStream(path, { flags: 'r+', start: offset }),
    );
    if (sum !== null && sum.digest('base64') !== checksum?.value) {
      throw new ChecksumMismatch('The piece does not have the checksum that was announced.');
    }
  } catch (error) {
    if (sum !== null) await truncate(path, offset);
    throw keepFailure(error);
  }
  await sync(path);
  return bytes;
}
