import { setImmediate as nextTurn } from 'node:timers/promises';
import { createHtmlReader } from './html.ts';
import { createJsonReader } from './json.ts';
import {
  LISTING_LIMITS,
  type Listing,
  type ListingLimits,
  type ListingReader,
  notAListing,
  tooLarge,
} from './listing.ts';
import { createXmlReader } from './xml.ts';

/** What a socket brings at a time, and a few milliseconds of work. */
const SLICE = 64 * 1024;

export interface ListingParser {
  write(chunk: Uint8Array): void;
  end(): Listing;
}

export interface ParseOptions {
  /** As sent; absent or empty: decided by the first character. */
  contentType: string | undefined;
  /** The listing's own address, after redirects. */
  baseUrl: URL;
  limits?: Partial<ListingLimits>;
}

type Format = 'html' | 'json' | 'xml';

const READERS = { html: createHtmlReader, json: createJsonReader, xml: createXmlReader };

function formatOf(contentType: string | undefined): Format | null {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === '') return null;
  if (type === 'text/html' || type === 'application/xhtml+xml') return 'html';
  if (type === 'application/json' || type === 'text/json') return 'json';
  if (type === 'text/xml' || type === 'application/xml') return 'xml';
  if (type.startsWith('image/')) {
    throw notAListing('The address is that of a single image, not of a directory that holds images.');
  }
  throw notAListing('The answer is neither HTML, JSON nor XML.');
}

function sniff(text: string): Format {
  const start = text.trimStart();
  if (start.startsWith('[') || start.startsWith('{')) return 'json';
  return /^<(\?xml|list\b)/.test(start) ? 'xml' : 'html';
}

/**
 * Reads a directory listing piece by piece, as it arrives.
 *
 * @throws Failure `not_a_listing`, `listing_too_large`, `bad_response`; from `createListingParser` (by the content type),
 *   `write` or `end`.
 */
export function createListingParser({ contentType, baseUrl, limits: some }: ParseOptions): ListingParser {
  const limits = { ...LISTING_LIMITS, ...some };
  // Names come from escaped links, so a wrong charset can only spoil what is shown: invalid bytes become U+FFFD.
  const decoder = new TextDecoder('utf-8');
  const format = formatOf(contentType);
  let reader: ListingReader | null = null;
  let bytes = 0;

  function read(text: string): void {
    if (text === '') return;
    reader ??= READERS[format ?? sniff(text)](baseUrl, limits);
    reader.write(text);
  }

  return {
    write(chunk) {
      bytes += chunk.length;
      if (bytes > limits.bytes) throw tooLarge(`is larger than ${limits.bytes} bytes`);
      read(decoder.decode(chunk, { stream: true }));
    },
    end() {
      read(decoder.decode());
      if (reader === null) throw notAListing('The page is empty.');
      return reader.end();
    },
  };
}

/** The same for a body that is already here; the event loop gets a turn after every 64 KiB. */
export async function parseListing({
  body,
  ...options
}: ParseOptions & { body: Uint8Array }): Promise<Listing> {
  const parser = createListingParser(options);
  for (let at = 0; at < body.length; at += SLICE) {
    parser.write(body.subarray(at, at + SLICE));
    await nextTurn();
  }
  return parser.end();
}
