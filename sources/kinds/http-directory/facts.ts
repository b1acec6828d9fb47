import pLimit from 'p-limit';
import { type AskHead, askHead, coarseVersion, type FileFacts } from '../../download/headFacts.ts';
import type { ListingEntry } from '../../listing/listing.ts';

/** Exact size and time, or the rounded size and coarse time that the listing shows. */
export function factsOfEntry(entry: ListingEntry): FileFacts {
  const { size, sizeExact, modifiedAt } = entry;
  const shownSize = size === null ? null : sizeExact ? size : `~${size}`;
  return { size, sizeExact, modifiedAt, version: coarseVersion(shownSize, modifiedAt) };
}

/**
 * Asks for the head of every file of which the listing shows nothing but its name (Python's http.server, Apache's plain
 * index). Without it such a file could never be told from its successor: cameras begin again with the same names after
 * a card was wiped. Listings that show size or time cost no such request.
 *
 * A server that refuses HEAD leaves the facts as they are.
 * @throws Failure when the server cannot answer now, so that the page is tried again.
 */
export async function askHeads(entries: readonly ListingEntry[], asking: AskHead): Promise<FileFacts[]> {
  const limit = pLimit(16);
  const stop = new AbortController();
  const signal = AbortSignal.any([asking.signal, stop.signal]);

  async function ask(entry: ListingEntry): Promise<FileFacts> {
    const facts = factsOfEntry(entry);
    if (entry.size !== null || entry.modifiedAt !== null) return facts;
    const found = await askHead(new URL(entry.url), { ...asking, signal });
    return 'refused' in found ? facts : found;
  }

  try {
    return await Promise.all(entries.map((entry) => limit(ask, entry)));
  } catch (error) {
    // A server that asked us to slow down is not asked for the rest of the page.
    stop.abort(error);
    throw error;
  }
}
