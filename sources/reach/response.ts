import type { IncomingHttpHeaders } from 'undici/types/header.js';
import { Failure } from '../../domain/failures.ts';

/** The head of the response that ends a chain of redirects. */
export interface ResponseHead {
  /** Where it came from in the end. */
  url: URL;
  status: number;
  /** A header's value, or its first when it was sent more than once; all of `link`. Names in lower case. */
  header(name: string): string | undefined;
}

export function createHead(url: URL, status: number, headers: IncomingHttpHeaders): ResponseHead {
  return {
    url,
    status,
    header(name) {
      const value = headers[name];
      if (!Array.isArray(value)) return value;
      return name === 'link' ? value.join(', ') : value[0];
    },
  };
}

/**
 * Bytes that the response announces. `null`: it does not say (chunked, or ended by closing the connection).
 * @throws Failure `bad_response` when it is not a number of bytes.
 */
export function announcedLength(head: ResponseHead): number | null {
  const value = head.header('content-length');
  if (value === undefined || head.header('transfer-encoding') !== undefined) return null;
  if (!/^\d{1,20}$/.test(value))
    throw new Failure('bad_response', 'The source announced a length that is not a number.');
  return Number(value);
}

/**
 * We ask for bytes as they are. A server that compresses all the same would hide both a bomb and a cut.
 * @throws Failure `bad_response`
 */
export function refuseEncoded(head: ResponseHead): void {
  const encoding = head.header('content-encoding')?.trim().toLowerCase();
  if (encoding === undefined || encoding === '' || encoding === 'identity') return;
  throw new Failure(
    'bad_response',
    'The source compressed its answer although it was asked not to. Turn compression off for these files on the server.',
  );
}

/** When the source says the bytes were last changed; `null` when it does not say or cannot be read. */
export function lastModified(head: ResponseHead): Date | null {
  const value = head.header('last-modified');
  const time = value === undefined || value.length > 64 ? Number.NaN : Date.parse(value);
  return Number.isNaN(time) ? null : new Date(time);
}
