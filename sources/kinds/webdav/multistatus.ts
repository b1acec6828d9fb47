import { Failure } from '../../../domain/failures.ts';
import { createLinkRule } from '../../listing/links.ts';
import { LISTING_LIMITS, tooLarge } from '../../listing/listing.ts';
import type { Contents, WalkEntry } from '../../listing/walk.ts';
import type { AnnouncedHashes } from '../../source.ts';
import { createXmlReader, type XmlReader } from '../../xmlReader.ts';

export interface WebdavEntry extends WalkEntry {
  size: number | null;
  modifiedAt: Date | null;
  /** Without its quotes, and without the mark of a weak one, which Apache takes off after a second. `''`: none. */
  etag: string;
  hashes: AnnouncedHashes;
}

/** A folder of 100,000 files at some 600 bytes each. Only entries are kept of it. */
const LIMITS = { bytes: 96 * 1024 * 1024, depth: 32, text: 64 * 1024 };

const RESPONSE = 'multistatus/response';
const PROPSTAT = `${RESPONSE}/propstat`;
const PROP = `${PROPSTAT}/prop/`;

/** `HTTP/1.1 404 Not Found`. What says nothing counts as fine. */
const statusOf = (line: string | undefined) => Number(/^\s*HTTP\/\S+\s+(\d{3})/.exec(line ?? '')?.[1] ?? 200);

const decoded = (path: string) => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

const NO_HASHES: AnnouncedHashes = {};

/** `SHA1:… MD5:… ADLER32:…`, as ownCloud and Nextcloud keep them. */
function hashesOf(text: string): AnnouncedHashes {
  if (text === '') return NO_HASHES;
  const of = (name: string, digits: number) =>
    new RegExp(`(?:^|\\s)${name}:([0-9a-f]{${digits}})(?:\\s|$)`, 'i').exec(text)?.[1]?.toLowerCase();
  const [md5, sha256] = [of('MD5', 32), of('SHA256', 64)];
  return { ...(md5 && { md5 }), ...(sha256 && { sha256 }) };
}

/**
 * Reads what a server answers to PROPFIND with depth 1 (RFC 4918 §13). Our own reader rather than that of the package
 * `webdav`, which needs the whole text and makes a tree of all of it, turns what looks like a number into one, and
 * announces no limits; this one keeps entries only.
 *
 * Of an href only the path counts: servers behind a proxy give hosts and schemes that are not theirs, and we ask the
 * server that we know in any case. It must be one segment below the collection, by the rules for links of web pages.
 */
export function createMultistatusReader(collection: URL): {
  write: XmlReader['write'];
  end(): Contents<WebdavEntry>;
} {
  const rule = createLinkRule(collection);
  const own = decoded(collection.pathname).replace(/\/+$/, '');
  const entries = new Map<string, WebdavEntry>();
  let partial = false;
  let response = { href: '', status: '', props: new Map<string, string>() };
  let block = { status: '', props: new Map<string, string>() };

  function add(): void {
    const { href, props } = response;
    const status = statusOf(response.status);
    const path = href.trim().replace(/^[a-z][a-z0-9+.-]{0,30}:\/\/[^/]*/i, '');
    const isOwn = decoded(path).replace(/\/+$/, '') === own;
    if (isOwn && props.has('resourcetype') && !props.has('collection')) {
      throw new Failure('not_a_listing', 'The address is that of a file. Give the folder that it is in.');
    }
    if (isOwn || status >= 400) {
      // 507 on the collection: there is more than the server wants to show. 404: gone in between.
      if (status >= 400 && status !== 404) partial = true;
      return;
    }
    const link = rule.href(path);
    if (typeof link === 'string') {
      partial = true;
      return;
    }
    if (entries.has(link.url)) return;
    if (entries.size >= LISTING_LIMITS.entries)
      throw tooLarge(`has more than ${LISTING_LIMITS.entries} entries`);
    const kind = props.has('collection') ? 'directory' : props.has('resourcetype') ? 'file' : link.kind;
    const size = props.get('getcontentlength')?.trim() ?? '';
    const time = Date.parse(props.get('getlastmodified')?.slice(0, 64) ?? '');
    entries.set(link.url, {
      ...link,
      kind,
      url: `${link.url.replace(/\/$/, '')}${kind === 'directory' ? '/' : ''}`,
      size: kind === 'file' && /^\d{1,15}$/.test(size) ? Number(size) : null,
      modifiedAt: Number.isNaN(time) ? null : new Date(time),
      etag: (props.get('getetag') ?? '').trim().replace(/^W\//, '').replaceAll('"', '').slice(0, 200),
      hashes: hashesOf(props.get('checksum') ?? ''),
    });
  }

  const reader = createXmlReader(
    'multistatus',
    {
      open(path) {
        if (path === RESPONSE) response = { href: '', status: '', props: new Map() };
        else if (path === PROPSTAT) block = { status: '', props: new Map() };
      },
      close(path, text) {
        if (path.startsWith(PROP)) block.props.set(path.slice(path.lastIndexOf('/') + 1), text);
        else if (path === `${PROPSTAT}/status`) block.status = text;
        else if (path === PROPSTAT && statusOf(block.status) < 300)
          for (const [name, value] of block.props) response.props.set(name, value);
        else if (path === `${RESPONSE}/href`) response.href = text;
        else if (path === `${RESPONSE}/status`) response.status = text;
        else if (path === RESPONSE) add();
      },
    },
    LIMITS,
  );
  return {
    write: (chunk) => reader.write(chunk),
    end() {
      reader.end();
      return { entries: [...entries.values()], partial };
    },
  };
}
