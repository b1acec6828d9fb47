import { Parser } from 'htmlparser2';
import { createLinkRule } from './links.ts';
import {
  type Listing,
  type ListingEntry,
  type ListingLimits,
  type ListingReader,
  notAListing,
  tooLarge,
} from './listing.ts';
import { isIndexHeadline, textNames } from './marks.ts';
import { rowFacts, squeeze } from './row.ts';

/** Longer than any row of any server; what is beyond is not looked at. */
const MAX_TEXT = 512;

const VOID = new Set([
  'area',
  'base',
  'br',
  'col',
  'embed',
  'hr',
  'img',
  'input',
  'link',
  'meta',
  'param',
  'source',
  'track',
  'wbr',
]);
/** Where one entry's row ends and the next may begin. */
const ROW_ENDS = new Set(['tr', 'li', 'br', 'hr', 'pre', 'table', 'ul', 'body', 'div']);
/** Never part of a bare index: with them, a page without links is not an empty directory. */
const CONTENT = new Set([
  'img',
  'form',
  'iframe',
  'video',
  'audio',
  'canvas',
  'object',
  'embed',
  'button',
  'input',
  'svg',
  'frame',
  'p',
]);
const MUTE = new Set(['script', 'style', 'noscript', 'template', 'textarea']);

interface OpenLink {
  href: string;
  text: string;
  before: string;
  after: string;
  /** Caddy: `data-order` of the size cell and `datetime` of the time, both exact. */
  order: string | null;
  time: string | null;
}

/**
 * Reads the index pages of nginx, Apache (plain, fancy, table), lighttpd, Caddy, Python's http.server, IIS, Go's
 * FileServer, and any page that lists its files by their names. Events only, no tree: the cost is linear and the memory
 * is that of the entries. `<base>`, refreshes and frames are never looked at.
 *
 * A page counts as a listing when its headline or markup says so, or when the texts of its links are the names they lead
 * to. That tells an empty directory (0 entries, with an index's headline) from a login or error page (never either).
 */
export function createHtmlReader(base: URL, limits: ListingLimits): ListingReader {
  const rule = createLinkRule(base);
  const entries = new Map<string, ListingEntry>();
  const ignored: Listing['ignored'] = { offHost: 0, other: 0 };
  let depth = 0;
  let tag = '';
  let muted: string | null = null;
  let headline: string | null = null;
  let link: OpenLink | null = null;
  let inLink = false;
  let line = '';
  let caddyRow = false;
  let hrefSeen = false;
  // What speaks for and against a listing.
  let marked = false;
  let password = false;
  let content = false;
  let sawPre = false;
  let sawText = false;
  let namedByText = 0;
  let notNamed = 0;

  function finishLink(): void {
    const done = link;
    link = null;
    inLink = false;
    if (done === null || done.href === '') return;
    const found = rule.href(done.href);
    if (typeof found === 'string') {
      ignored[found]++;
      return;
    }
    if (textNames(squeeze(done.text), squeeze(found.name))) namedByText++;
    else if (found.skip === undefined) notNamed++;
    if (entries.has(found.url)) return;
    if (entries.size >= limits.entries) throw tooLarge(`has more than ${limits.entries} entries`);
    entries.set(found.url, { ...found, ...factsOf(done, found.kind) });
  }

  function factsOf(done: OpenLink, kind: ListingEntry['kind']) {
    const facts = rowFacts(done.after, done.before);
    const size = done.order !== null && /^\d{1,16}$/.test(done.order) ? Number(done.order) : null;
    const time = done.time === null ? Number.NaN : Date.parse(done.time.trim());
    return {
      ...facts,
      ...(size !== null && { size, sizeExact: true }),
      ...(!Number.isNaN(time) && { modifiedAt: new Date(time), mtimePrecision: 'second' as const }),
      ...(kind === 'directory' && { size: null, sizeExact: false }),
    };
  }

  function endRow(): void {
    finishLink();
    line = '';
  }

  const parser = new Parser({
    onopentagname(name) {
      tag = name;
      hrefSeen = false;
      if (!VOID.has(name) && ++depth > limits.depth) throw tooLarge('nests its elements too deeply');
      if (name === 'a') {
        finishLink();
        link = { href: '', text: '', before: line, after: '', order: null, time: null };
        inLink = true;
      } else if (ROW_ENDS.has(name)) {
        endRow();
        if (name === 'tr') caddyRow = false;
        if (name === 'pre') sawPre = true;
      } else if (name === 'td' || name === 'th') {
        if (link) link.after += ' ';
        line += ' ';
      } else if (name === 'title' || name === 'h1' || name === 'h2') {
        headline = '';
      } else if (MUTE.has(name)) {
        muted ??= name;
      }
      if (CONTENT.has(name)) content = true;
    },
    onattribute(name, value) {
      if (value.length > limits.attribute) throw tooLarge('has an attribute that is too long');
      if (name === 'href' && tag === 'a') {
        if (link && !hrefSeen) link.href = value;
        hrefSeen = true;
        // The column headers of Apache's fancy index.
        if (/^\?C=[NMSD];O=[AD]/.test(value)) marked = true;
      } else if (tag === 'tr' && name === 'class') {
        caddyRow = value === 'file';
        if (caddyRow) marked = true;
      } else if (tag === 'table' && (name === 'summary' || name === 'aria-describedby')) {
        // lighttpd, and Caddy, whose headline is the directory's bare name.
        if (value === 'Directory Listing' || value === 'summary') marked = true;
      } else if (caddyRow && link && name === 'data-order' && tag === 'td') {
        link.order ??= value;
      } else if (caddyRow && link && name === 'datetime' && tag === 'time') {
        link.time ??= value;
      } else if (tag === 'input' && name === 'type' && value.toLowerCase() === 'password') {
        password = true;
      }
    },
    ontext(text) {
      if (muted !== null) return;
      if (headline !== null) {
        if (headline.length < MAX_TEXT) headline += text;
        return;
      }
      if (inLink && link) {
        if (link.text.length < MAX_TEXT) link.text += text;
        return;
      }
      if (link && link.after.length < MAX_TEXT) link.after += text;
      if (line.length < MAX_TEXT) line += text;
      if (!sawText && text.trim() !== '') sawText = true;
    },
    onclosetag(name) {
      if (!VOID.has(name)) depth--;
      if (name === muted) muted = null;
      if (name === 'a') {
        inLink = false;
        line = '';
      } else if (headline !== null && (name === 'title' || name === 'h1' || name === 'h2')) {
        if (isIndexHeadline(squeeze(headline), base)) marked = true;
        headline = null;
      } else if (ROW_ENDS.has(name)) {
        endRow();
      }
    },
  });

  return {
    write: (text) => parser.write(text),
    end() {
      parser.end();
      finishLink();
      if (password) throw notAListing('The page asks for a password.');
      const byNames = namedByText > 0 && namedByText >= 4 * notNamed;
      // Go's FileServer writes nothing but a <pre>, also for an empty directory.
      const bare = sawPre && !content && !sawText && namedByText + notNamed === 0;
      if (!marked && !byNames && !bare) throw notAListing('The page does not list files.');
      return { entries: [...entries.values()], ignored };
    },
  };
}
