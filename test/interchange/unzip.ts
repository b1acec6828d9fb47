import yauzl from 'yauzl';
import { bytesOf } from './records.ts';

/** Names and texts of a zip archive, in its order. */
export async function unzipped(archive: Buffer): Promise<Map<string, string>> {
  const file = await yauzl.fromBufferPromise(archive, { lazyEntries: true });
  const entries = new Map<string, string>();
  for await (const entry of file.eachEntry()) {
    const content = await bytesOf(await file.openReadStreamPromise(entry));
    entries.set(entry.fileName, content.toString('utf8'));
  }
  return entries;
}
