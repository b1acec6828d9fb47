import { Failure } from '../../../domain/failures.ts';
import { badNameId, isNotAnImageByName, isSafeName } from '../../names.ts';
import type { ListingSkip, SourceItem } from '../../source.ts';
import { type FileEntry, type LinkMetadata, modifiedAt } from './answers.ts';

/** Any name as plain ASCII that can be stored and shown. */
const escaped = (name: string) => encodeURIComponent(name.toWellFormed());

export function isSafePath(path: string): boolean {
  return path.split('/').every((name) => isSafeName(name) && name.isWellFormed());
}

function skipOf(entry: FileEntry): ListingSkip | undefined {
  if (entry.export_info !== undefined && entry.export_info !== null) return 'native_document';
  if (!entry.is_downloadable) return 'not_downloadable';
  return isNotAnImageByName(entry.name) ? 'not_an_image' : undefined;
}

/** A file or folder whose path is not safe to follow. */
export function badName(parent: string, name: string): SourceItem {
  const shownParent = parent.split('/').map((each) => (isSafePath(each) ? each : escaped(each)));
  const shown = escaped(name);
  return {
    externalId: badNameId(shownParent.join('/'), shown),
    name: shown,
    locator: null,
    size: null,
    sizeExact: false,
    modifiedAt: null,
    version: 'bad-name',
    skip: 'bad_name',
  };
}

/** A folder within the source that Dropbox does not open. */
export function closedFolder(path: string): SourceItem {
  return {
    externalId: `${path}/`,
    name: `${path.slice(path.lastIndexOf('/') + 1)}/`,
    locator: null,
    size: null,
    sizeExact: false,
    modifiedAt: null,
    version: 'directory',
    skip: 'not_downloadable',
  };
}

/**
 * The id is the path below the address. Dropbox's own ids are documented for what is in an account; what a link shows is
 * mounted in none, and app and user see it through different namespaces, so ids could change with the key that asks.
 *
 * The version is the content's hash: `rev` changes with every move and restore, though no byte does.
 *
 * @param path below the address
 * @param locator as the API wants it
 */
export function fileItem(entry: FileEntry, path: string, locator: string): SourceItem {
  const skip = skipOf(entry);
  const hash = entry.content_hash?.toLowerCase();
  return {
    externalId: path,
    name: entry.name,
    locator,
    size: entry.size,
    sizeExact: true,
    modifiedAt: modifiedAt(entry),
    version: hash ?? `rev:${entry.rev}`,
    ...(hash !== undefined && { hashes: { dropbox: hash } }),
    ...(skip && { skip }),
  };
}

/** A link to one file. Dropbox announces no hash for it, so that the revision is its version. */
export function linkedFileItem(link: LinkMetadata): SourceItem {
  if (link.rev === undefined || link.size === undefined) {
    throw new Failure('bad_response', 'Dropbox answered with something that its interface does not know.');
  }
  if (link.name.includes('/') || !isSafePath(link.name)) return badName('', link.name);
  return {
    externalId: link.name,
    name: link.name,
    locator: '',
    size: link.size,
    sizeExact: true,
    modifiedAt: modifiedAt(link),
    version: `rev:${link.rev}`,
    ...(isNotAnImageByName(link.name) && { skip: 'not_an_image' as const }),
  };
}
