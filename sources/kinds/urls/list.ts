import { z } from 'zod';
import { readCursorOf } from '../../cursor.ts';
import { type AskAround, createAround } from '../../download/askAround.ts';
import { coarseVersion, type FileFacts, tagVersion } from '../../download/headFacts.ts';
import { nameInUrl, stableUrl } from '../../fileUrls.ts';
import { isNotAnImageByName } from '../../names.ts';
import type { Json, ListPage, SourceItem } from '../../source.ts';
import type { StoredList, UrlItem } from './settings.ts';

const PAGE_SIZE = 1_000;
/** Addresses that are asked about together; between two such groups a page may end. */
const GROUP = 100;
/** After this long a page is handed over as it is: servers may be slow to show their heads. */
const PAGE_MS = 20_000;

const CURSOR = z.strictObject({ at: z.int().min(0) });

function readCursor(cursor: Json): number {
  if (cursor === null) return 0;
  return readCursorOf(CURSOR, cursor).at;
}

/** What the list says tells versions apart. */
const isTold = (item: UrlItem) =>
  item.etag !== undefined ||
  item.sha256 !== undefined ||
  item.md5 !== undefined ||
  item.modified !== undefined;

function toItem(given: UrlItem, found: FileFacts | null): SourceItem {
  const url = new URL(given.url);
  const name = given.name ?? nameInUrl(url);
  const sha256 = given.sha256?.toLowerCase();
  const md5 = given.md5?.toLowerCase();
  const size = given.size ?? found?.size ?? null;
  const modifiedAt = given.modified === undefined ? (found?.modifiedAt ?? null) : new Date(given.modified);
  const told =
    given.etag === undefined ? (sha256 ?? md5 ?? coarseVersion(size, modifiedAt)) : tagVersion(given.etag);
  return {
    externalId: stableUrl(url),
    name,
    locator: url.href,
    size,
    sizeExact: size !== null,
    modifiedAt,
    version: isTold(given) ? told : (found?.version ?? told),
    ...((sha256 || md5) && { hashes: { ...(sha256 && { sha256 }), ...(md5 && { md5 }) } }),
    ...(isNotAnImageByName(name) && { skip: 'not_an_image' as const }),
  };
}

/**
 * Hands the list over. The head of every file is asked for of which the list tells nothing that would change with the
 * content; otherwise a picture that was replaced would count as the one that is known.
 */
export function createLister(stored: StoredList, asking: Omit<AskAround, 'signal'>) {
  const toAsk = (item: UrlItem) => {
    const url = new URL(item.url);
    return isTold(item) || isNotAnImageByName(item.name ?? nameInUrl(url)) ? null : url;
  };

  return async function list(cursor: Json, signal: AbortSignal): Promise<ListPage> {
    signal.throwIfAborted();
    const from = readCursor(cursor);
    const until = performance.now() + PAGE_MS;
    const page: SourceItem[] = [];
    const around = createAround({ ...asking, signal });
    while (page.length < PAGE_SIZE && from + page.length < stored.length && performance.now() < until) {
      const at = from + page.length;
      const group = stored.slice(at, at + GROUP);
      const facts = await around.ask(group.map(toAsk));
      page.push(...group.map((item, i) => toItem(item, facts[i] ?? null)));
    }
    around.heed();
    const next = from + page.length;
    return { items: page, next: next < stored.length ? { at: next } : null };
  };
}
