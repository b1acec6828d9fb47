import type { Entry } from 'yauzl';
import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';
import { badNameId, isNotAnImageByName } from '../../names.ts';
import type { Json, ListingSkip, SourceItem } from '../../source.ts';
import { pathOf } from './names.ts';
import type { Place } from './place.ts';

/** Unpacked, an archive may be this many times its size, and in any case a gigabyte. Photographs hardly pack at all. */
const MAX_RATIO = 100;
const ALWAYS_ALLOWED = 2 ** 30;
/** Of a local header without its name. */
export const HEADER_BYTES = 30;

const STORED = 0;
const DEFLATED = 8;

/** Where an entry's bytes are. */
export const LOCATOR = z.object({
  /** Of the archive that was listed. */
  version: z.string(),
  /** Of the local header. */
  at: z.int().min(0),
  name: z.int().min(0),
  packed: z.int().min(0),
  method: z.literal([STORED, DEFLATED]),
  crc32: z.int().min(0),
});
export type Locator = z.infer<typeof LOCATOR>;
export const isDeflated = (locator: Locator): boolean => locator.method === DEFLATED;

/** Only some packers note the moment; the plain time of an entry is that of a clock in a zone that nobody names. */
function momentOf(entry: Entry): Date | null {
  if (!entry.extraFields.some(({ id }) => id === 0x5455 || id === 0x000a)) return null;
  const exact = entry.getLastModDate({ timezone: 'UTC' });
  const plain = entry.getLastModDate({ timezone: 'UTC', forceDosFormat: true });
  // A field that was too short to be read gives the plain time.
  return exact.getTime() === plain.getTime() || Number.isNaN(exact.getTime()) ? null : exact;
}

function skipOf(entry: Entry, name: string): ListingSkip | undefined {
  if (((entry.externalFileAttributes >>> 16) & 0xf000) === 0xa000) return 'archive_link';
  if (isNotAnImageByName(name)) return 'not_an_image';
  if (entry.isEncrypted()) return 'encrypted_entry';
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED)
    return 'unsupported_compression';
  return undefined;
}

/**
 * Entries that share bytes, or reach into the directory, are how small archives unpack to petabytes.
 * @throws Failure `archive_unsafe`
 */
export function refuseBombs(entries: readonly Entry[], place: Place): void {
  const spans = entries
    .map((entry) => ({
      from: entry.relativeOffsetOfLocalHeader,
      to: entry.relativeOffsetOfLocalHeader + HEADER_BYTES + entry.fileNameLength + entry.compressedSize,
    }))
    .sort((a, b) => a.from - b.from);
  let end = 0;
  for (const span of spans) {
    if (span.from < end) throw new Failure('archive_unsafe', 'Entries of the archive lie over each other.');
    end = span.to;
  }
  if (end > place.bytes) throw new Failure('not_an_archive', 'Entries of the archive lie behind its end.');
  const unpacked = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (unpacked > Math.max(ALWAYS_ALLOWED, place.bytes * MAX_RATIO)) {
    throw new Failure(
      'archive_unsafe',
      `The archive has ${place.bytes} bytes and says that it unpacks to ${unpacked}.`,
    );
  }
}

function itemOf(entry: Entry, path: string, id: string, version: string): SourceItem {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const skip = skipOf(entry, name);
  const locator: Json = {
    version,
    at: entry.relativeOffsetOfLocalHeader,
    name: entry.fileNameLength,
    packed: entry.compressedSize,
    method: entry.compressionMethod,
    crc32: entry.crc32,
  } satisfies Record<keyof Locator, Json>;
  return {
    externalId: id,
    name,
    locator: skip === undefined ? locator : null,
    size: entry.uncompressedSize,
    sizeExact: true,
    modifiedAt: momentOf(entry),
    version: `${entry.crc32.toString(16).padStart(8, '0')}-${entry.uncompressedSize}`,
    ...(skip !== undefined && { skip }),
  };
}

/** What an archive holds, as items. Two entries of one name are two items: which of them is meant, nobody can say. */
export function itemsOf(
  entries: readonly Entry[],
  version: string,
  wanted: (path: string) => boolean,
): SourceItem[] {
  const items: SourceItem[] = [];
  const seen = new Map<string, number>();
  const unique = (id: string): string => {
    const before = seen.get(id) ?? 0;
    seen.set(id, before + 1);
    return before === 0 ? id : `${id}//${before + 1}`;
  };
  for (const entry of entries) {
    const found = pathOf(entry);
    if ('bad' in found) {
      const item = itemOf(entry, found.bad, unique(badNameId('', found.bad)), version);
      items.push({ ...item, name: found.bad, locator: null, skip: 'bad_name' });
    } else if (!found.directory && wanted(found.path)) {
      items.push(itemOf(entry, found.path, unique(found.path), version));
    }
  }
  return items;
}
