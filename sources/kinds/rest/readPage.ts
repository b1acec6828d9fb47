import { createHash } from 'node:crypto';
import { Failure } from '../../../domain/failures.ts';
import { createPathReader, type PathReader } from '../../listing/jsonPaths.ts';
import { LISTING_LIMITS, tooLarge } from '../../listing/listing.ts';
import type { HttpClient, HttpRequest } from '../../reach/client.ts';
import { type ResponseHead, refuseEncoded } from '../../reach/response.ts';
import { statusFailure } from '../../reach/status.ts';
import { createUnhurried } from '../../reach/unhurried.ts';
import type { SourceItem } from '../../source.ts';
import type { Position } from './cursor.ts';
import { createItemReader } from './item.ts';
import { nextPosition, pageUrl } from './next.ts';
import { parsePath } from './paths.ts';
import type { RestSettings } from './settings.ts';

const MAX_PAGE = 64 * 1024 * 1024;
/** Characters of one item with everything that the API tells of it. */
const MAX_ELEMENT = 1024 * 1024;

export interface RestPage {
  items: SourceItem[];
  next: Exclude<Position, null> | null;
  /** Recognises the page, so that a circle is noticed. */
  mark: string;
}

export interface ReadPage extends Pick<HttpRequest, 'credentials' | 'budget' | 'signal'> {
  client: HttpClient;
}

const misdescribed = (setting: string, why: string) =>
  new Failure('bad_address', `The setting "${setting}" does not fit what the API answers: ${why}.`);

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);

/**
 * Asks for one page and reads it while it arrives.
 * @throws Failure
 */
export async function readPage(
  settings: RestSettings,
  at: Position,
  { client, credentials, budget, signal }: ReadPage,
): Promise<RestPage> {
  const root = new URL(settings.url);
  const rule = settings.next;
  const itemOf = createItemReader(settings.fields);
  const wanted = rule !== undefined && 'path' in rule ? [parsePath(rule.path) ?? []] : [];
  const items: SourceItem[] = [];
  const ids = createHash('sha256');
  const got: { head: ResponseHead | null; reader: PathReader | null } = { head: null, reader: null };
  const decoder = new TextDecoder('utf-8');
  let bytes = 0;
  let lost = 0;

  const unhurried = createUnhurried((chunk) => got.reader?.write(decoder.decode(chunk, { stream: true })));
  const url = pageUrl(root, rule, at);
  try {
    await client.request(
      {
        url,
        credentials,
        budget,
        signal,
        headers: { accept: 'application/json', ...settings.headers },
        time: { leftMs: client.deadlines.listMs },
        mayRedirect: (to) => to.origin === root.origin,
      },
      (head) => {
        got.head = head;
        // Many APIs with numbered pages have no page behind the last one.
        if (head.status === 404 && at !== null && 'number' in at) return { write: () => {} };
        if (head.status !== 200) throw statusFailure(head, 'listing');
        refuseEncoded(head);
        got.reader = createPathReader({
          list: parsePath(settings.items) ?? [],
          wanted,
          maxElement: MAX_ELEMENT,
          onElement(element) {
            if (items.length === LISTING_LIMITS.entries) {
              throw tooLarge(`has more than ${LISTING_LIMITS.entries} entries on one page`);
            }
            const { item, lost: isLost } = itemOf(element, head.url);
            items.push(item);
            if (isLost) lost++;
            ids.update(`${item.externalId}\n`);
          },
        });
        return {
          write(chunk) {
            bytes += chunk.length;
            if (bytes > MAX_PAGE) throw tooLarge(`has a page of more than ${MAX_PAGE} bytes`);
            unhurried.write(chunk);
          },
        };
      },
    );
    await unhurried.drained(signal);
  } finally {
    unhurried.stop();
  }
  const { head, reader } = got;
  if (head === null) throw new Failure('bad_response', 'The source gave no answer.');
  if (reader === null) return { items, next: null, mark: '' };
  reader.write(decoder.decode());
  const { list, wanted: said } = reader.end();

  if (list === 'missing' || list === 'no-list') {
    if (at === null) throw misdescribed('items', 'there is no list at that path');
    throw new Failure('bad_response', 'A later page of the API has no list where the first one had it.');
  }
  if (at === null && lost > 0 && lost === items.length) {
    const setting = settings.fields.id === undefined ? 'fields.url' : 'fields.url" or "fields.id';
    throw misdescribed(setting, 'no item of the first page has that');
  }
  const next = nextPosition(rule, { root, head, at, said: said[0], count: items.length });
  // A server that takes no notice of numbers sends the same page again and again.
  const byContent = rule?.type === 'page' || rule?.type === 'offset';
  return { items, next, mark: byContent ? ids.digest('hex').slice(0, 16) : digest(JSON.stringify(next)) };
}
