import { Failure } from '../../../domain/failures.ts';
import { parseHttpUrl } from '../../reach/address.ts';
import { parseFolderPath } from '../folder/address.ts';

/** Where an archive lies. `kept`: with us; made by the upload of an archive, never by an address that somebody gives. */
export type Where = { at: 'file'; path: string } | { at: 'web'; url: URL } | { at: 'kept'; id: string };

/** Shares of these hosts are pages, not files, whatever they end with. */
const SHARES = /(^|\.)(dropbox\.com|google\.com)$/i;

export function looksLikeArchive(input: string): boolean {
  const text = input.trim();
  if (/^https?:/i.test(text)) {
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    return url.pathname.toLowerCase().endsWith('.zip') && !SHARES.test(url.hostname);
  }
  return /^(\/|file:)[^\n]*\.zip$/i.test(text);
}

/** @throws Failure `bad_address` */
export function parseArchiveAddress(input: string): Exclude<Where, { at: 'kept' }> {
  const text = input.trim();
  if (/^https?:/i.test(text)) return { at: 'web', url: parseHttpUrl(text) };
  if (/^archive:/i.test(text)) {
    throw new Failure(
      'bad_address',
      'An archive that was uploaded is not an address. Upload it again instead.',
    );
  }
  return { at: 'file', path: parseFolderPath(text) };
}
