import { Failure } from '../../../domain/failures.ts';
import { LISTING_LIMITS, type Listing, tooLarge } from '../../listing/listing.ts';
import { createListingParser, type ListingParser } from '../../listing/parse.ts';
import type { HttpClient, HttpRequest } from '../../reach/client.ts';
import { refuseEncoded } from '../../reach/response.ts';
import { statusFailure } from '../../reach/status.ts';
import { createUnhurried } from '../../reach/unhurried.ts';
import type { RequestBudget } from '../../source.ts';

const ACCEPT = 'application/json, text/xml;q=0.9, text/html;q=0.8';

export interface ReadDirectory {
  client: HttpClient;
  /** Ends with `/`. */
  url: URL;
  credentials?: HttpRequest['credentials'];
  budget?: RequestBudget | undefined;
  signal: AbortSignal;
}

/** The same directory: a redirect may add encryption, a slash or another spelling of the path, and nothing else. */
function samePlace(from: URL, to: URL): boolean {
  const path = (url: URL) => {
    try {
      return decodeURIComponent(url.pathname).replace(/\/?$/, '/');
    } catch {
      return url.pathname.replace(/\/?$/, '/');
    }
  };
  return from.hostname === to.hostname && path(from) === path(to);
}

/**
 * Fetches and reads the index of one directory. A redirect to any other place is refused: what is found there would not
 * be below the address that somebody chose, and two directories that lead to one another would never end.
 *
 * @throws Failure
 */
export async function readDirectory({
  client,
  url,
  credentials,
  budget,
  signal,
}: ReadDirectory): Promise<Listing> {
  const read: { parser: ListingParser | null } = { parser: null };
  const unhurried = createUnhurried((chunk) => read.parser?.write(chunk));
  let bytes = 0;
  try {
    await client.request(
      {
        url,
        credentials,
        budget,
        signal,
        headers: { accept: ACCEPT },
        time: { leftMs: client.deadlines.listMs },
        mayRedirect: (to) => samePlace(url, to),
      },
      (head) => {
        if (head.status !== 200) throw statusFailure(head, 'listing');
        refuseEncoded(head);
        const base = new URL(head.url);
        if (!base.pathname.endsWith('/')) base.pathname += '/';
        read.parser = createListingParser({ contentType: head.header('content-type'), baseUrl: base });
        return {
          write(chunk) {
            bytes += chunk.length;
            // The parser says so too, but not before its turn has come.
            if (bytes > LISTING_LIMITS.bytes) throw tooLarge(`is larger than ${LISTING_LIMITS.bytes} bytes`);
            unhurried.write(chunk);
          },
        };
      },
    );
    await unhurried.drained(signal);
  } finally {
    unhurried.stop();
  }
  if (read.parser === null) throw new Failure('bad_response', 'The source gave no answer.');
  return read.parser.end();
}
