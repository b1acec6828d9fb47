import pLimit from 'p-limit';
import type { ListingEntry } from '../../listing/listing.ts';
import type { FileFacts } from '../../listing/walk.ts';
import type { HttpClient, HttpRequest } from '../../reach/client.ts';
import { announcedLength, lastModified, type ResponseHead } from '../../reach/response.ts';
import { statusFailure } from '../../reach/status.ts';
import type { RequestBudget } from '../../source.ts';

/** Exact size and time, or the rounded size and coarse time that the listing shows. */
export function factsOfEntry(entry: ListingEntry): FileFacts {
  const { size, sizeExact, modifiedAt } = entry;
  const shownSize = size === null ? '?' : sizeExact ? `${size}` : `~${size}`;
  return { size, sizeExact, modifiedAt, version: `${shownSize}@${modifiedAt?.toISOString() ?? '?'}` };
}

function factsOfHead(head: ResponseHead): FileFacts {
  const size = head.header('content-encoding') === undefined ? announcedLength(head) : null;
  const modifiedAt = lastModified(head);
  // Apache's tags are weak for the first second of a file's life only.
  const version =
    head.header('etag')?.replace(/^W\//, '').slice(0, 200) ??
    `${size ?? '?'}@${modifiedAt?.toISOString() ?? '?'}`;
  return { size, sizeExact: size !== null, modifiedAt, version };
}

export interface AskHeads {
  client: HttpClient;
  credentials?: HttpRequest['credentials'];
  budget?: RequestBudget | undefined;
  signal: AbortSignal;
}

/**
 * Asks for the head of every file of which the listing shows nothing but its name (Python's http.server, Apache's plain
 * index). Without it such a file could never be told from its successor: cameras begin again with the same names after
 * a card was wiped. Listings that show size or time cost no such request.
 *
 * A server that refuses HEAD leaves the facts as they are.
 * @throws Failure when the server cannot answer now, so that the page is tried again.
 */
export async function askHeads(
  entries: readonly ListingEntry[],
  { client, credentials, budget, signal }: AskHeads,
): Promise<FileFacts[]> {
  const limit = pLimit(16);
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);

  async function ask(entry: ListingEntry): Promise<FileFacts> {
    const found = { facts: factsOfEntry(entry) };
    if (entry.size !== null || entry.modifiedAt !== null) return found.facts;
    const time = { leftMs: client.deadlines.listMs };
    await client.request(
      { url: new URL(entry.url), method: 'HEAD', credentials, budget, signal: both, time },
      (head) => {
        if (head.status === 200) found.facts = factsOfHead(head);
        else if (head.status === 429 || (head.status >= 500 && head.status !== 501)) {
          throw statusFailure(head, 'file');
        }
        return { write: () => {} };
      },
    );
    return found.facts;
  }

  try {
    return await Promise.all(entries.map((entry) => limit(ask, entry)));
  } catch (error) {
    // A server that asked us to slow down is not asked for the rest of the page.
    stop.abort(error);
    throw error;
  }
}
