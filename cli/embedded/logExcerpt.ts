import { readFile, stat } from 'node:fs/promises';

/** The size of a log now, so that only what is added later is quoted. A missing file has size 0. */
export const sizeOf = async (file: string): Promise<number> =>
  (await stat(file).catch(() => null))?.size ?? 0;

/** The end of what a log has received since it had `from` bytes. */
export async function readFrom(file: string, from: number): Promise<string> {
  const content = await readFile(file).catch(() => Buffer.alloc(0));
  return content.subarray(from).toString('utf8').trim().slice(-2_000);
}
