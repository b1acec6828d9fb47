import { open } from 'node:fs/promises';
import type { ImageFormat } from '../domain/limits.ts';
import { sniffFormat } from '../imaging/sniff.ts';

/** Every signature that we read lies in the first bytes. */
const HEAD_BYTES = 4_100;

/** Which image format a file claims to be by its first bytes; `null` when none that we read. */
export async function sniffFile(path: string): Promise<ImageFormat | null> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return await sniffFormat(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
