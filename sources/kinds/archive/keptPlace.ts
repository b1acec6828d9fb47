import type { KeptArchives } from '../../source.ts';
import type { Place } from './place.ts';

/** An archive that somebody uploaded. @throws Failure `source_not_found`: no longer kept */
export async function openKeptArchive(archives: KeptArchives, id: string): Promise<Place> {
  const archive = await archives.open(id);
  return {
    bytes: archive.bytes,
    version: archive.sha256,
    async *read(start, end, signal) {
      if (end <= start) return;
      for await (const chunk of await archive.read(start, end)) {
        signal.throwIfAborted();
        yield chunk as Buffer;
      }
    },
    close: async () => {},
  };
}
