import { Parser } from 'htmlparser2';
import { createEvidence } from './evidence.ts';
import { createLinkRule } from './links.ts';
import {
  type Listing,
  type ListingEntry,
  type ListingLimits,
  type ListingReader,
  tooLarge,
} from './listing.ts';
import { type RowFacts, rowFacts } from './row.ts';

/** Longer than any row of any server; what is beyond is not looked at. */
const MAX_TEXT = 512;

/** Where one entry's row ends and the next may begin. */
const ROW_ENDS = new Set(['tr', 'li', 'br', 'hr', 'pre', 'table', 'ul', 'body', 'div']);
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

function exactFacts({ order, time }: OpenLink): RowFacts {
  const size = order !== null && /^\d{1,16}$/.test(order) ? Number(order) : null;
  const at = time === null ? Number.NaN : Date.parse(time.trim());
  const modifiedAt = Number.isNaN(at) ? null : new Date(at);
  return {
    size,
    sizeExact: size !== null,
    modifiedAt,
    mtimePrecision: modifiedAt === null ? null : 'second',
  };
}

/**
 * Reads the index pages of nginx, Apache (plain, fancy, table), lighttpd, Caddy, Python's http.server, IIS, Go's
 * FileServer, and any page that lists its files by their names. Events only, no tree: the cost is linear and the memory
 * is that of the entries. `<base>`, refreshes and frames are never looked at. What makes
 * a page a listing is in `evidence.ts`.
 */
export function createHtmlReader(base: URL, limits: ListingLimits): ListingReader {
  const rule = createLinkRule(base);
  const evidence = createEvidence(base);
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
    evidence.link(done.text, found.name);
    if (entries.has(found.url)) return;
    if (entries.size >= limits.entries) throw tooLarge(`has more than ${limits.entries} entries`);
    const facts =
      done.order === null && done.time === null ? rowFacts(done.after, done.before) : exactFacts(done);
    const isFile = found.kind === 'file';
    entries.set(found.url, {
      name: found.name,
      url: found.url,
      kind: found.kind,
      size: isFile ? facts.size : null,
      sizeExact: isFile && facts.sizeExact,
      modifiedAt: facts.modifiedAt,
      mtimePrecision: facts.mtimePrecision,
      ...(found.skip && { skip: found.skip }),
    });
  }

  function endRow(): void {
    finishLink();
    line = '';
  }

  const parser = new Parser({
    onopentagname(name) {
      tag = name;
      hrefSeen = false;
      if (++depth > limits.depth) throw tooLarge('nests its elements too deeply');
      if (name === 'a') {
        finishLink();
        link = { href: '', text: '', before: line, after: '', order: null, time: null };
        inLink = true;
      } else if (ROW_ENDS.has(name)) {
        endRow();
        if (name === 'tr') caddyRow = false;
      } else if (name === 'td' || name === 'th') {
        if (link) link.after += ' ';
        line += ' ';
      } else if (name === 'title' || name === 'h1' || name === 'h2') {
        headline = '';
      } else if (MUTE.has(name)) {
        muted ??= name;
      }
      evidence.element(name);
    },
    onattribute(name, value) {
      if (value.length > limits.attribute) throw tooLarge('has an attribute that is too long');
      evidence.attribute(tag, name, value);
      if (tag === 'a' && name === 'href') {
        // Of two of the same name the first counts.
        if (link && !hrefSeen) link.href = value;
        hrefSeen = true;
      } else if (tag === 'tr' && name === 'class') {
        caddyRow = value === 'file';
      } else if (caddyRow && link && tag === 'td' && name === 'data-order') {
        link.order ??= value;
      } else if (caddyRow && link && tag === 'time' && name === 'datetime') {
        link.time ??= value;
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
      evidence.text(text);
    },
    onclosetag(name) {
      depth--;
      if (name === muted) muted = null;
      if (name === 'a') {
        inLink = false;
        line = '';
      } else if (headline !== null && (name === 'title' || name === 'h1' || name === 'h2')) {
        evidence.headline(headline);
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
      evidence.judge();
      return { entries: [...entries.values()], ignored };
    },
  };
}
