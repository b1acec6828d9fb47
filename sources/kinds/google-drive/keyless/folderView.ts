import { Parser } from 'htmlparser2';
import { LISTING_LIMITS, tooLarge } from '../../../listing/listing.ts';
import { ID, KEY } from '../ids.ts';

export interface FolderViewEntry {
  id: string;
  name: string;
  kind: 'folder' | 'file' | 'document';
  resourceKey: string | null;
}

const FILE = /^\/file\/d\/([\w-]+)/;
const FOLDER = /^\/drive\/(?:u\/\d{1,3}\/)?folders\/([\w-]+)/;

/** What an entry's link leads to. Only its path counts: nothing is ever fetched from the address in the page. */
function read(href: string, id: string): Omit<FolderViewEntry, 'name'> | null {
  let url: URL;
  try {
    url = new URL(href, 'https://drive.google.com');
  } catch {
    return null;
  }
  const key = url.searchParams.get('resourcekey');
  const resourceKey = key !== null && KEY.test(key) ? key : null;
  if (FILE.exec(url.pathname)?.[1] === id) return { id, kind: 'file', resourceKey };
  if (FOLDER.exec(url.pathname)?.[1] === id) return { id, kind: 'folder', resourceKey };
  return url.hostname === 'docs.google.com' ? { id, kind: 'document', resourceKey } : null;
}

/**
 * Reads `embeddedfolderview`, the page by which Drive shows a folder inside other people's pages. It is not documented;
 * its form is that of 2019 to 2026: `<div class="flip-entry" id="entry-ID">`, in it a link to
 * `/file/d/ID/view`, `/drive/folders/ID` or a document, and the name in `<div class="flip-entry-title">`.
 *
 * Events only, no tree. @throws Failure `listing_too_large`
 */
export function createFolderViewReader() {
  const entries: FolderViewEntry[] = [];
  let current: { id: string; href: string | null; name: string } | null = null;
  let inTitle = false;
  let isView = false;
  let depth = 0;

  function finish(): void {
    const done = current;
    current = null;
    inTitle = false;
    const found = done?.href ? read(done.href, done.id) : null;
    if (done === null || found === null) return;
    if (entries.length >= LISTING_LIMITS.entries) throw tooLarge('has too many entries');
    entries.push({ ...found, name: done.name });
  }

  const parser = new Parser(
    {
      onopentag(name, { class: classes = '', id = '', href }) {
        if (++depth > LISTING_LIMITS.depth) throw tooLarge('nests its elements too deeply');
        const has = (each: string) => classes.split(/\s+/).includes(each);
        if (has('flip-entry') || has('folder-view') || classes.includes('flip-')) isView = true;
        if (has('flip-entry')) {
          finish();
          const found = /^entry-(.+)$/.exec(id)?.[1] ?? '';
          if (ID.test(found)) current = { id: found, href: null, name: '' };
        } else if (has('flip-entry-title')) inTitle = true;
        else if (name === 'a' && current) current.href ??= href ?? null;
      },
      ontext(text) {
        if (inTitle && current && current.name.length < 1_024) current.name += text;
      },
      onclosetag(name) {
        depth--;
        if (name === 'div') inTitle = false;
      },
    },
    { decodeEntities: true },
  );

  return {
    write: (text: string) => parser.write(text),
    /** `null`: it is some other page. */
    end(): FolderViewEntry[] | null {
      parser.end();
      finish();
      return isView ? entries : null;
    },
  };
}
