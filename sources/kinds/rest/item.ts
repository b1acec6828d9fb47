import { createHash } from 'node:crypto';
import { hasControl } from '../../../domain/text.ts';
import { coarseVersion, tagVersion } from '../../download/headFacts.ts';
import { nameInUrl, stableUrl } from '../../fileUrls.ts';
import { badNameId, isNotAnImageByName, isSafeName } from '../../names.ts';
import type { AnnouncedHashes, SourceItem } from '../../source.ts';
import { announcedHash } from './announcedHash.ts';
import { type Path, parsePath, textAt, valueAt } from './paths.ts';
import type { Fields } from './settings.ts';
import { createUrlReader } from './urlField.ts';

const MAX_ID = 2_048;

/** An item whose version the API does not tell. */
export const UNKNOWN_VERSION = '?';

function timeOf(value: unknown): Date | null {
  if (value === null || value === undefined || value === '') return null;
  const seconds = typeof value === 'number' || /^\d{9,13}$/.test(String(value)) ? Number(value) : Number.NaN;
  // Seconds would be in the year 5138 from here on.
  const ms = Number.isNaN(seconds)
    ? Date.parse(String(value).slice(0, 64))
    : seconds < 1e11
      ? seconds * 1_000
      : seconds;
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date;
}

function sizeOf(value: unknown): number | null {
  const size = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : null;
}

export interface ReadItem {
  item: SourceItem;
  /** It has no address, or not the id that it should have. */
  lost: boolean;
}

/** Makes one element of an answer an item. Elements that cannot be followed are items too, so that they are counted. */
export function createItemReader(fields: Fields): (element: unknown, base: URL) => ReadItem {
  const urlOf = createUrlReader(fields.url);
  const path = (text: string | undefined): Path | null => (text === undefined ? null : parsePath(text));
  const at = (element: unknown, where: Path | null): unknown =>
    where === null ? undefined : valueAt(element, where);
  const paths = {
    id: path(fields.id),
    name: path(fields.name),
    size: path(fields.size),
    etag: path(fields.etag),
    modified: path(fields.modified),
    sha256: path(fields.sha256),
    md5: path(fields.md5),
  };

  function bad(element: unknown, id: string | null, name: string | null): SourceItem {
    const shown = (text: string) => encodeURIComponent(text.toWellFormed()).slice(0, 200);
    // Two of them must not be taken for one, whatever is cut off.
    const digest = createHash('sha256')
      .update(id ?? JSON.stringify(element) ?? '')
      .digest('hex')
      .slice(0, 16);
    const above = id?.includes('/') ? id.slice(0, id.lastIndexOf('/')) : '';
    const parent = hasControl(above) ? shown(above) : above;
    const label = name ?? id;
    return {
      externalId: badNameId(parent.slice(0, MAX_ID), label === null ? digest : `${shown(label)}~${digest}`),
      name: label === null ? digest : shown(label),
      locator: null,
      size: null,
      sizeExact: false,
      modifiedAt: null,
      version: UNKNOWN_VERSION,
      skip: 'bad_name',
    };
  }

  return (element, base) => {
    const url = urlOf(element, base);
    const id = paths.id === null ? null : textAt(element, paths.id);
    const written = paths.name === null ? null : textAt(element, paths.name);
    const name = (written ?? (url === null ? null : nameInUrl(url)))?.split('/').at(-1) ?? null;
    const lost = url === null || (paths.id !== null && id === null);
    if (
      lost ||
      name === null ||
      !isSafeName(name) ||
      (id !== null && (hasControl(id) || id.length > MAX_ID))
    ) {
      return { item: bad(element, id, name), lost };
    }
    const size = sizeOf(at(element, paths.size));
    const modifiedAt = timeOf(at(element, paths.modified));
    const etag = paths.etag === null ? null : textAt(element, paths.etag);
    const sha256 = announcedHash(at(element, paths.sha256), 'sha256');
    const md5 = announcedHash(at(element, paths.md5), 'md5');
    const hashes: AnnouncedHashes = { ...(sha256 && { sha256 }), ...(md5 && { md5 }) };
    const coarse = modifiedAt === null ? UNKNOWN_VERSION : coarseVersion(size, modifiedAt);
    const item: SourceItem = {
      externalId: id ?? stableUrl(url),
      name,
      locator: url.href,
      size,
      sizeExact: size !== null,
      modifiedAt,
      version: etag === null ? (sha256 ?? md5 ?? coarse) : tagVersion(etag),
      ...((sha256 || md5) && { hashes }),
      ...(isNotAnImageByName(name) && { skip: 'not_an_image' as const }),
    };
    return { item, lost: false };
  };
}
