import { Failure } from '../../../domain/failures.ts';
import { hasControl } from '../../../domain/text.ts';
import { normalEscapes, parseHttpUrl } from '../../reach/address.ts';

const SCHEME = /^\s*(webdav|dav|http)(s?):(?=\/\/)/i;
/** A public link of Nextcloud or ownCloud; what comes before it is where the service is installed. */
const LINK = /^(.*?)(?:\/index\.php)?\/s\/([A-Za-z0-9_-]{1,64})\/?$/;
/** The same beyond doubt: the services make up tokens of 15 characters. */
const SURE_LINK = /^\s*https?:\/\/[^?#]*\/s\/[A-Za-z0-9]{15}\/?(\?(path|dir)=[^&#]*)?\s*$/i;

export interface WebdavAddress {
  /** Canonical. */
  address: string;
  /** Where the service is, or the collection itself when there is no link; http(s), ends with `/`. */
  base: string;
  /** A public link: what it is known by, and the folder in it, undecoded, `''` or ending with `/`. */
  share: { token: string; folder: string } | null;
}

export function looksLikeWebdav(input: string): boolean {
  return /^\s*(web)?davs?:/i.test(input) || SURE_LINK.test(input);
}

function refuse(message: string): never {
  throw new Failure('bad_address', message);
}

/** The folder within a link, as the page of the link writes it into its own address: `?path=/Summer%202021`. */
function folderOf(search: string): string {
  if (search === '') return '';
  const [[name, path] = ['', ''], ...others] = [...new URLSearchParams(search)];
  const segments = path.split('/').filter((segment) => segment !== '');
  if ((name !== 'path' && name !== 'dir') || others.length > 0)
    refuse('The address has a query (the part from "?" on) that is no folder. Leave it out.');
  if (hasControl(path) || segments.some((segment) => segment === '.' || segment === '..'))
    refuse('The folder in the address cannot be used.');
  return segments.map((segment) => `${encodeURIComponent(segment)}/`).join('');
}

/**
 * `webdavs://host/path/` and `davs://` mean https, `webdav://` and `dav://` http. Addresses of the web are taken as they
 * are, but for the public links of Nextcloud and ownCloud (`https://host/s/<token>`), whose files are found elsewhere.
 *
 * @throws Failure `bad_address`
 */
export function parseWebdavAddress(input: string): WebdavAddress {
  const [start = '', name = '', secure = ''] = SCHEME.exec(input) ?? [];
  if (start === '') {
    refuse('A WebDAV address must start with webdavs://, webdav://, davs://, dav://, https:// or http://.');
  }
  const url = parseHttpUrl(`http${secure}:${input.slice(start.length)}`);
  const path = normalEscapes(url.pathname);
  const [, where, token] = (name.toLowerCase() === 'http' && LINK.exec(path)) || [];
  if (where !== undefined && token !== undefined) {
    const folder = folderOf(url.search);
    const query = folder === '' ? '' : `?path=/${folder.slice(0, -1)}`;
    return {
      address: `${url.origin}${where}/s/${token}${query}`,
      base: `${url.origin}${where}/`,
      share: { token, folder },
    };
  }
  if (url.search !== '')
    refuse(
      'The address has a query (the part from "?" on). A folder is found by its path alone: leave it out.',
    );
  const folder = path.endsWith('/') ? path : `${path}/`;
  return {
    address: `webdav${secure.toLowerCase()}://${url.host}${folder}`,
    base: url.origin + folder,
    share: null,
  };
}
