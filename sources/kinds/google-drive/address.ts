import { Failure } from '../../../domain/failures.ts';
import { parseHttpUrl } from '../../reach/address.ts';
import { ID, KEY } from './ids.ts';

const HOSTS = new Set(['drive.google.com', 'docs.google.com', 'drive.usercontent.google.com']);

/** Before the part that names something: a company's domain, the mobile site, the number of the account signed in. */
const WHERE = String.raw`(?:/a/[\w.-]+)?(?:/corp)?(?:/drive)?(?:/mobile)?(?:/u/\d{1,3})?(?:/mobile)?`;
/** The mobile site names the folders on the way, the last one is the folder shown. */
const FOLDER = new RegExp(String.raw`^${WHERE}/folders(?:/[\w-]+)*/([\w-]+)/?$`);
const DIRECT = new RegExp(String.raw`^${WHERE}/(file|folder)(?:/u/\d{1,3})?/d/([\w-]+)(?:/\w*)?$`);
const BY_QUERY = new RegExp(`^${WHERE}/(open|folderview|embeddedfolderview|leaf|uc|download)/?$`);
const OWN_PAGES = new RegExp(
  `^${WHERE}/(my-drive|shared-with-me|shared-drives|recent|starred|trash|computers|home|search|priority)?/?$`,
);
const DOCUMENT = /^(?:\/a\/[\w.-]+)?\/(document|spreadsheets|presentation|forms|drawings)\//;

export interface DriveAddress {
  id: string;
  resourceKey: string | null;
  /** Canonical, without the resource key. */
  address: string;
}

function refuse(message: string): never {
  throw new Failure('bad_address', message);
}

/** Whether the host of an address is one that Drive links have; the scheme may be missing, as people copy them. */
export function isDriveAddress(input: string): boolean {
  return /^\s*(https?:\/\/)?(drive|docs|drive\.usercontent)\.google\.com(:443)?([/?#]|\s*$)/i.test(input);
}

/** What a parameter says; two of the same name mean different things to different readers. */
function only(url: URL, name: string): string | null {
  const values = url.searchParams.getAll(name);
  if (values.length > 1) refuse(`The link has "${name}" more than once. Copy it from Google Drive again.`);
  return values[0] ?? null;
}

function idOf(url: URL): { id: string | null; file: boolean } {
  const folder = FOLDER.exec(url.pathname)?.[1];
  if (folder !== undefined) return { id: folder, file: false };
  const direct = DIRECT.exec(url.pathname);
  if (direct) return { id: direct[2] ?? null, file: direct[1] === 'file' };
  const page = BY_QUERY.exec(url.pathname)?.[1];
  if (page !== undefined) return { id: only(url, 'id'), file: page === 'uc' || page === 'download' };
  if (DOCUMENT.test(url.pathname)) {
    refuse(
      'The link is that of a document of an online editor, which has no image file. Give the folder of the images.',
    );
  }
  if (OWN_PAGES.test(url.pathname)) {
    refuse(
      'The link is that of a page of your own Drive. Open the folder to import, and copy its link from "Share".',
    );
  }
  return { id: null, file: false };
}

/**
 * The forms that Drive's links have had over the years. Whether the id is that of a folder or a file is found out when it
 * is listed: `open?id=` says neither, and is taken for the folder that old links of folders were.
 *
 * @throws Failure `bad_address` with a sentence that says what to do.
 */
export function parseDriveAddress(input: string): DriveAddress {
  const text = input.trim();
  const url = parseHttpUrl(/^[a-z]+:/i.test(text) ? text : `https://${text}`);
  if (!HOSTS.has(url.hostname) || url.port !== '') {
    refuse('The address is not one of Google Drive. It begins with https://drive.google.com/.');
  }
  const { id, file } = idOf(url);
  if (id === null || !ID.test(id)) {
    refuse(
      'The link names no folder or file of Google Drive. Copy it from "Share" again, with everything in it.',
    );
  }
  const resourceKey = only(url, 'resourcekey');
  if (resourceKey !== null && !KEY.test(resourceKey)) {
    refuse('The "resourcekey" of the link cannot be read. Copy the link from "Share" again.');
  }
  const path = file ? `file/d/${id}/view` : `drive/folders/${id}`;
  return { id, resourceKey, address: `https://drive.google.com/${path}` };
}
