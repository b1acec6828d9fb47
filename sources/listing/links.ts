import { hasControl } from '../../domain/text.ts';
import { isSafeName } from '../names.ts';
import type { Listing, ListingEntry } from './listing.ts';

/** What a link is: an entry of the listing, or a reason to pass it over. */
export type Link = Pick<ListingEntry, 'name' | 'url' | 'kind' | 'skip'>;

export interface LinkRule {
  /** By an `href` as it stands in a page (entities decoded). */
  href(href: string): Link | keyof Listing['ignored'];
  /** By a plain name, as JSON and XML listings give it. */
  name(name: string, kind: ListingEntry['kind']): Link;
}

/**
 * A link that is one plain segment already: nothing in it that a URL parser would change or give a meaning to. Nearly
 * all links of all servers are, and reading a URL costs more than all the rest of a row.
 */
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_.~!$&'()*+,;=@%-]*\/?$/;

function decode(segment: string): string | null {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

/** Two spellings of one path segment (`%7E`, `~`) are equal; one that is not UTF-8 only equals itself. */
function sameSegment(a: string | undefined, b: string | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && (decode(a) ?? a) === (decode(b) ?? b));
}

/** Leading and trailing blanks and controls, which browsers strip before they look at the scheme. No regular expression: linear. */
function strip(href: string): string {
  let start = 0;
  let end = href.length;
  while (start < end && href.charCodeAt(start) <= 0x20) start++;
  while (end > start && href.charCodeAt(end - 1) <= 0x20) end--;
  return href.slice(start, end);
}

/**
 * Which links of a listing lead to its entries: same scheme and host, below the listing's own path by exactly one
 * segment, and no query in the link as written. The rules (and most test cases) are those of rclone's http backend.
 *
 * The name comes from the link, never from its text, which servers cut short. It is decoded once. A decoded slash,
 * backslash or control character makes it a name that is recorded and not followed.
 */
export function createLinkRule(base: URL): LinkRule {
  const baseSegments = base.pathname.split('/').slice(0, -1);
  const baseDir = base.origin + baseSegments.join('/');

  function entry(segment: string, kind: ListingEntry['kind']): Link {
    const url = `${baseDir}/${segment}${kind === 'directory' ? '/' : ''}`;
    // Bytes that are not UTF-8 keep their escapes: nothing to decode them with, and the link works as it is.
    const name = decode(segment) ?? segment;
    return isSafeName(name)
      ? { name, url, kind }
      : { name: segment || '(empty)', url, kind, skip: 'bad_name' };
  }

  return {
    href(raw) {
      if (PLAIN.test(raw))
        return raw.endsWith('/') ? entry(raw.slice(0, -1), 'directory') : entry(raw, 'file');
      const href = strip(raw);
      if (href === '' || href.includes('?') || href.includes('#')) return 'other';
      let url: URL;
      try {
        url = new URL(href, base);
      } catch {
        return 'other';
      }
      if (url.protocol !== base.protocol || url.host !== base.host) return 'offHost';
      if (url.username !== '' || url.password !== '') return 'other';
      const segments = url.pathname.split('/');
      const kind = segments.at(-1) === '' ? 'directory' : 'file';
      if (kind === 'directory') segments.pop();
      const last = segments.at(-1);
      if (segments.length !== baseSegments.length + 1 || !last) return 'other';
      if (!baseSegments.every((segment, index) => sameSegment(segment, segments[index]))) return 'other';
      const found = entry(last, kind);
      return hasControl(href) ? { ...found, name: last, skip: 'bad_name' } : found;
    },
    name(name, kind) {
      // Lone surrogates cannot be escaped; as U+FFFD they can at least be shown.
      return entry(encodeURIComponent(Buffer.from(name, 'utf8').toString('utf8')), kind);
    },
  };
}
