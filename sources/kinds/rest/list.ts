import { createHash } from 'node:crypto';
import { createAround } from '../../download/askAround.ts';
import { createFilter } from '../../globs.ts';
import type { Held } from '../../held.ts';
import type { HttpClient, HttpRequest } from '../../reach/client.ts';
import type { Json, ListPage, RequestBudget, SourceItem } from '../../source.ts';
import { goOn, type Position, readCursor } from './cursor.ts';
import { UNKNOWN_VERSION } from './item.ts';
import { type RestPage, readPage } from './readPage.ts';
import type { RestSettings } from './settings.ts';

const PAGE_SIZE = 1_000;
/** Heads to ask for in one page of ours: at the usual politeness half a minute. */
const MAX_HEADS = 250;
/** After this long a page is handed over as it is, so that small pages of the API come in handy ones. */
const PAGE_MS = 5_000;

export interface ListOptions {
  client: HttpClient;
  settings: RestSettings;
  credentials?: HttpRequest['credentials'];
  budget?: RequestBudget | undefined;
  held: Held<RestPage>;
}

const isUnknown = (item: SourceItem) => item.version === UNKNOWN_VERSION && item.skip === undefined;

/** Hands the API's pages over in pages of ours, whichever of them are larger. */
export function createLister({ settings, held, ...asking }: ListOptions) {
  const { credentials } = asking;
  const wanted = createFilter(settings.include, settings.exclude);
  // What one visitor may see is not shown to another.
  const owner = createHash('sha256')
    .update(JSON.stringify([credentials ?? null, settings]))
    .digest('hex');
  const keyOf = (at: Position) => `${owner} ${JSON.stringify(at)}`;

  /** Without any version an item could never be told from its successor. */
  async function withVersions(items: SourceItem[], signal: AbortSignal): Promise<SourceItem[]> {
    const { client, budget } = asking;
    const around = createAround({
      client,
      budget,
      signal,
      credentialsFor: (url) => (url.origin === credentials?.origin ? credentials : undefined),
    });
    const facts = await around.ask(
      items.map((item) => (isUnknown(item) ? new URL(String(item.locator)) : null)),
    );
    around.heed();
    return items.map((item, i) => {
      const found = facts[i];
      if (!found) return item;
      const { size, sizeExact, modifiedAt, version } = found;
      return item.size === null
        ? { ...item, size, sizeExact, modifiedAt, version }
        : { ...item, modifiedAt, version };
    });
  }

  /** As many items as there is room for, and as may be asked about. */
  function take(left: readonly SourceItem[], room: number): SourceItem[] {
    let heads = 0;
    const end = left.findIndex((item, i) => i >= room || (isUnknown(item) && ++heads > MAX_HEADS));
    return end === -1 ? [...left] : left.slice(0, end);
  }

  return async function list(from: Json, signal: AbortSignal): Promise<ListPage> {
    signal.throwIfAborted();
    let cursor = readCursor(from);
    const until = performance.now() + PAGE_MS;
    const items: SourceItem[] = [];
    while (items.length < PAGE_SIZE && performance.now() < until) {
      const key = keyOf(cursor.at);
      const page = held.get(key) ?? (await readPage(settings, cursor.at, { ...asking, signal }));
      const some = take(page.items.slice(cursor.done), PAGE_SIZE - items.length);
      const known = await withVersions(some, signal);
      items.push(...known.filter((item) => item.skip === 'bad_name' || wanted(item.name)));
      if (cursor.done + some.length < page.items.length) {
        held.put(key, page);
        cursor = { ...cursor, done: cursor.done + some.length };
        if (some.length < PAGE_SIZE && some.some(isUnknown)) break;
        continue;
      }
      held.drop(key);
      if (page.next === null) return { items, next: null };
      cursor = goOn(cursor, page.next, page.mark);
    }
    return { items, next: { ...cursor } };
  };
}
