import { createElementSplitter } from './jsonElements.ts';
import { createLinkRule, type Link } from './links.ts';
import {
  type Listing,
  type ListingEntry,
  type ListingLimits,
  type ListingReader,
  notAListing,
  tooLarge,
} from './listing.ts';

/**
 * nginx `autoindex_format json`: `{name, type: file|directory|other, mtime: RFC 1123, size}`; and Caddy:
 * `{name, url, size, mod_time: ISO 8601, is_dir}`, in a list or as `{items: […]}`. Sizes are exact in both.
 */
export function createJsonReader(base: URL, limits: ListingLimits): ListingReader {
  const rule = createLinkRule(base);
  const entries = new Map<string, ListingEntry>();
  const ignored: Listing['ignored'] = { offHost: 0, other: 0 };

  const splitter = createElementSplitter(limits, (value) => {
    const element = value as Record<string, unknown>;
    const name = element['name'];
    const isDir = element['is_dir'];
    const type = element['type'];
    if (typeof name !== 'string' || (typeof isDir !== 'boolean' && typeof type !== 'string')) {
      throw notAListing('The page is JSON, but not a list of files.');
    }
    // Sockets and devices.
    if (isDir === undefined && type !== 'file' && type !== 'directory') return;
    const kind = isDir === true || type === 'directory' ? 'directory' : 'file';
    const link = linkOf(element['url'], name, kind);
    if (typeof link === 'string') {
      ignored[link]++;
      return;
    }
    if (entries.has(link.url)) return;
    if (entries.size >= limits.entries) throw tooLarge(`has more than ${limits.entries} entries`);
    entries.set(link.url, { ...link, ...facts(element, link.kind) });
  });

  function linkOf(url: unknown, name: string, kind: ListingEntry['kind']): Link | keyof Listing['ignored'] {
    if (typeof url === 'string') return rule.href(url);
    return rule.name(kind === 'directory' && name.endsWith('/') ? name.slice(0, -1) : name, kind);
  }

  return {
    write: splitter.write,
    end() {
      splitter.end();
      return { entries: [...entries.values()], ignored };
    },
  };
}

function facts(element: Record<string, unknown>, kind: ListingEntry['kind']) {
  const given = element['size'];
  const size = kind === 'file' && Number.isSafeInteger(given) && Number(given) >= 0 ? Number(given) : null;
  const written = element['mtime'] ?? element['mod_time'];
  const time = typeof written === 'string' ? Date.parse(written.slice(0, 64)) : Number.NaN;
  return {
    size,
    sizeExact: size !== null,
    modifiedAt: Number.isNaN(time) ? null : new Date(time),
    mtimePrecision: Number.isNaN(time) ? null : ('second' as const),
  };
}
