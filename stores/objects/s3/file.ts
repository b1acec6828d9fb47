import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, readFile, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Body } from './wire.ts';

/** Up to here a file is read once and held; above it is read once for its hash and once for the wire. */
const HELD = 8 * 2 ** 20;
const CHUNK = { highWaterMark: 2 ** 20 };

export async function hashOf(path: string, algorithm: 'sha256' | 'md5'): Promise<string> {
  const sum = createHash(algorithm);
  await pipeline(createReadStream(path, CHUNK), sum);
  return sum.digest('hex');
}

const bodyOf = (bytes: Buffer): Body => ({
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  open: () => bytes,
});

/** A finished file as the body of a request, as often as it takes. */
export async function fileBody(path: string): Promise<Body> {
  const { size } = await stat(path);
  if (size <= HELD) return bodyOf(await readFile(path));
  return {
    bytes: size,
    sha256: await hashOf(path, 'sha256'),
    // Bounded: a file that grows meanwhile does not break the framing of the request.
    open: () => createReadStream(path, { ...CHUNK, end: size - 1 }),
  };
}

/** A piece of a file, held in memory. */
export async function pieceBody(file: FileHandle, from: number, bytes: number): Promise<Body> {
  const piece = Buffer.allocUnsafe(bytes);
  let filled = 0;
  while (filled < bytes) {
    const { bytesRead } = await file.read(piece, filled, bytes - filled, from + filled);
    if (bytesRead === 0) throw new Error('The file became shorter while it was sent.');
    filled += bytesRead;
  }
  return bodyOf(piece);
}
