import { badNameId, isNotAnImageByName, isSafeName } from '../../names.ts';
import type { AnnouncedHashes, ListingSkip, SourceItem } from '../../source.ts';
import { type DriveFile, isNative } from './wire.ts';

/** A segment of a path: Drive's names may have slashes and control characters in them. */
export function segment(name: string, id: string): string {
  const start = [...name].slice(0, 255);
  const safe = start.map((char) => (isSafeName(char) || char === '.' ? char : '_')).join('');
  return isSafeName(safe) ? safe : id;
}

const hashesOf = ({ sha256Checksum: sha256, md5Checksum: md5 }: DriveFile): AnnouncedHashes => ({
  ...(sha256 !== undefined && { sha256 }),
  ...(md5 !== undefined && { md5 }),
});

function skipOf(name: string, file: DriveFile): ListingSkip | null {
  if (!isSafeName(name)) return 'bad_name';
  if (isNative(file.mimeType)) return 'native_document';
  if (isNotAnImageByName(name)) return 'not_an_image';
  return file.capabilities?.canDownload === false ? 'not_downloadable' : null;
}

/**
 * A file as it is listed.
 * @param entry what it is called and where it is: a shortcut, or the file itself.
 * @param file whose bytes it has.
 * @param parent path of names; `''`: what was imported.
 */
export function itemOf(entry: { id: string; name: string }, file: DriveFile, parent: string): SourceItem {
  const skip = skipOf(entry.name, file);
  const at = file.modifiedTime === undefined ? Number.NaN : Date.parse(file.modifiedTime);
  const hashes = hashesOf(file);
  return {
    externalId: skip === 'bad_name' ? badNameId(parent, entry.id) : entry.id,
    name: entry.name,
    locator: skip === 'bad_name' ? null : { id: file.id, resourceKey: file.resourceKey },
    size: file.size ?? null,
    sizeExact: file.size !== undefined,
    modifiedAt: Number.isNaN(at) ? null : new Date(at),
    version: hashes.sha256 ?? hashes.md5 ?? `${file.size ?? '?'}@${file.modifiedTime ?? '?'}`,
    ...(Object.keys(hashes).length > 0 && { hashes }),
    ...(skip && { skip }),
  };
}

/** Something that is recorded with its reason, without bytes that could be asked for. */
export function skippedItem(
  entry: { id: string; name: string },
  parent: string,
  skip: ListingSkip,
): SourceItem {
  const bad = !isSafeName(entry.name);
  return {
    externalId: bad ? badNameId(parent, entry.id) : entry.id,
    name: entry.name,
    locator: null,
    size: null,
    sizeExact: false,
    modifiedAt: null,
    version: skip,
    skip: bad ? 'bad_name' : skip,
  };
}
