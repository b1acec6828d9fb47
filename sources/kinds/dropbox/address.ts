import { Failure } from '../../../domain/failures.ts';
import { isSafeName } from '../../names.ts';
import { parseHttpUrl } from '../../reach/address.ts';

/** What an address stands for: a shared link, or a path in the Dropbox of whoever gives a token. */
export type DropboxPlace =
  | { type: 'link'; address: string; url: string; form: 'folder' | 'file' }
  /** @property path as the API wants it: `''` for all of it, otherwise `/Photos/2021`. */
  | { type: 'own'; address: string; path: string };

/** `dl.dropboxusercontent.com` is where people point links of files that are to be downloaded at once. */
const HOSTS = new Set(['dropbox.com', 'www.dropbox.com', 'm.dropbox.com', 'dl.dropboxusercontent.com']);
const SHORT_HOST = 'db.tt';

/** Links are passed on without `https://` as well. */
const LINK = /^\s*(?:https?:\/\/)?([a-z.]+)[:/?#]/i;
const OWN_SCHEME = /^\s*dropbox:/i;
const KEY = /^[A-Za-z0-9_-]{1,200}$/;

function refuse(message: string): never {
  throw new Failure('bad_address', message);
}

/** Whether an address is Dropbox's, whatever `parseDropboxAddress` then says of it. */
export function looksLikeDropbox(input: string): boolean {
  const host = LINK.exec(`${input.trim()}/`)?.[1]?.toLowerCase();
  return OWN_SCHEME.test(input) || (host !== undefined && (HOSTS.has(host) || host === SHORT_HOST));
}

function parseOwn(text: string): DropboxPlace {
  const names = text
    .slice('dropbox:'.length)
    .split('/')
    .filter((name) => name !== '');
  if (text.length > 4_096 || !names.every(isSafeName)) {
    refuse('The path in the Dropbox cannot be used. Write it like dropbox:/Photos/2021.');
  }
  const path = names.map((name) => `/${name}`).join('');
  return { type: 'own', address: `dropbox:${path || '/'}`, path };
}

function decoded(segment: string): string {
  let name: string;
  try {
    name = decodeURIComponent(segment);
  } catch {
    refuse('The link has an escape (%) in it that cannot be read. Copy it again.');
  }
  if (!isSafeName(name)) refuse('The link names a path that is not safe to follow.');
  return name;
}

/** Segments of a link's path: what makes it that link, and the names below it. `null`: no link to files. */
function split(segments: readonly string[]): { form: 'folder' | 'file'; keys: number } | null {
  const [first, second] = segments;
  if (first === 'sh' && segments.length >= 3) return { form: 'folder', keys: 3 };
  if (first === 's' && segments.length >= 2) return { form: 'file', keys: 2 };
  if (first === 'scl' && second === 'fo' && segments.length >= 3) {
    return { form: 'folder', keys: Math.min(4, segments.length) };
  }
  if (first === 'scl' && second === 'fi' && segments.length >= 3) return { form: 'file', keys: 3 };
  return null;
}

/**
 * The canonical address is the link itself with nothing but its `rlkey`, which is a part of the key: `dl`, `st` and `e`
 * say how the page is shown and who looked at it. Names below a link stay in it, because Dropbox gives each sub-folder
 * of a link a key of its own.
 *
 * @throws Failure `bad_address`
 */
export function parseDropboxAddress(input: string): DropboxPlace {
  const text = input.trim();
  if (OWN_SCHEME.test(text)) return parseOwn(text);
  const url = parseHttpUrl(/^[a-z.]+\//i.test(text) ? `https://${text}` : text);
  if (url.hostname === SHORT_HOST) {
    refuse('The link is shortened. Open it in a browser and give the address that it leads to.');
  }
  if (!HOSTS.has(url.hostname) || url.port !== '') refuse('The address is not one of www.dropbox.com.');
  const segments = url.pathname.split('/').filter((segment) => segment !== '');
  const found = split(segments);
  if (found === null) {
    if (segments[0] === 'home') {
      refuse(
        'Only its owner can open this address. Share the folder and give the link, or write its path like dropbox:/Photos with a token.',
      );
    }
    refuse(
      'The address is not a shared link of a folder or file. Choose "Copy link" in Dropbox and give that.',
    );
  }
  const keys = segments.slice(0, found.keys);
  if (!keys.every((key) => KEY.test(key))) refuse('The link is damaged. Copy it again.');
  const names = segments.slice(found.keys).map((segment) => encodeURIComponent(decoded(segment)));
  const rlkey = url.searchParams.get('rlkey');
  if (rlkey === null && keys[0] === 'scl') {
    refuse('The link lacks its "rlkey=" part. Copy the whole link.');
  }
  if (rlkey !== null && !KEY.test(rlkey)) refuse('The link is damaged at its "rlkey=" part. Copy it again.');
  const query = rlkey === null ? '' : `?rlkey=${rlkey}`;
  const address = `https://www.dropbox.com/${[...keys, ...names].join('/')}${query}`;
  return { type: 'link', address, url: address, form: found.form };
}
