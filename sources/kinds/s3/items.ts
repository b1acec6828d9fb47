import { badNameId, isNotAnImageByName, isSafeName } from '../../names.ts';
import type { SourceItem } from '../../source.ts';
import type { S3Object } from './page.ts';

/** Objects that have to be restored before they can be read. `GLACIER_IR` is not among them: it is read as it is. */
const ARCHIVED = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** Printable form: what is not plain ASCII is escaped as in a URL, `%` and slashes too. */
const escaped = (text: string) =>
  Array.from(Buffer.from(text, 'utf8'), (byte) =>
    byte > 0x20 && byte < 0x7f && byte !== 0x25 && byte !== 0x2f && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`,
  ).join('');

/**
 * Ids are the keys below the prefix. Keys may have empty segments, which ids of bad names have as well; so `%` is
 * escaped in those keys, while a bad name is one that needs another escape, or is dots alone.
 */
const idOf = (path: string) => (/^\/|\/\//.test(path) ? path.replaceAll('%', '%25') : path);

/**
 * An ETag changes with the content, and that is all it is good for. It is no hash to compare with: it is the MD5 of an
 * object that was stored in one piece, in clear or under the service's own keys; of one under other keys (SSE-KMS,
 * SSE-C) it is 32 digits that mean nothing, and a listing does not tell which is which. An object that was stored with a
 * SHA-256 has that compared when it is fetched.
 */
function versionOf({ etag, size, modifiedAt }: S3Object): string {
  return etag === '' ? `${size}@${modifiedAt?.toISOString() ?? '?'}` : `${etag}/${size}`;
}

/** @param path the key without the source's prefix; not empty */
export function itemOf(object: S3Object, path: string): SourceItem {
  const { key, size, modifiedAt } = object;
  const segments = path.split('/');
  const name = segments.at(-1) ?? '';
  const facts = { size, sizeExact: true, modifiedAt, version: versionOf(object) };
  const bad = segments.findIndex(
    (each, at) => (each !== '' || at === segments.length - 1) && !isSafeName(each),
  );
  if (bad >= 0) {
    // Nothing follows the last slash of a key that has content all the same.
    const shown = escaped(segments.slice(bad).join('/')) || '%2F';
    const parent = segments.slice(0, bad).join('/');
    return { ...facts, externalId: badNameId(parent, shown), name: shown, locator: null, skip: 'bad_name' };
  }
  const skip = isNotAnImageByName(name)
    ? ('not_an_image' as const)
    : ARCHIVED.has(object.storageClass)
      ? ('not_downloadable' as const)
      : undefined;
  return { ...facts, externalId: idOf(path), name, locator: key, ...(skip && { skip }) };
}
