import { Failure } from '../../../domain/failures.ts';
import { download } from '../../download/download.ts';
import { judgeRefusal } from '../../download/refusedFile.ts';
import type { SourceKindFactory } from '../../source.ts';
import { URLS_CREDENTIALS, type UrlsCredentials } from './credentials.ts';
import { createLister } from './list.ts';
import { itemsOfText, openStored, readSettings } from './settings.ts';

/**
 * All lists of a tenant are one place: what is known of an address from one list is known in the next one, and a list has
 * no place of its own.
 */
const ADDRESS = 'urls:';

const isList = (input: string) => {
  const lines = itemsOfText(input);
  return lines.length > 1 && lines.every(({ url }) => /^https?:/i.test(url));
};

/** Images by their addresses, wherever they are. */
const createUrlsKind: SourceKindFactory = ({ client }) => ({
  kind: 'urls',
  title: 'List of addresses',
  looksLike: 'a list of image addresses, one a line (https://host/a.jpg)',
  recognises: (input) => (input.trim() === ADDRESS || isList(input) ? 'specific' : 'no'),
  credentials: URLS_CREDENTIALS,
  // Of one visitor over all servers; the client has limits of its own for each of them.
  politeness: { requestsPerSecond: null, concurrency: 6 },
  parse(input, options = {}) {
    const { items, ...others } = options;
    // With a list of its own, the text beside it says nothing more.
    const given = items ?? itemsOfText(input.trim() === ADDRESS ? '' : input);
    return {
      address: ADDRESS,
      settings: JSON.parse(JSON.stringify(readSettings({ ...others, items: given }))),
    };
  },
  account: ({ settings }) => openStored(settings).account,
  open(parsed, { credentials, budget }) {
    const given = credentials as UrlsCredentials | null;
    const home = given?.origin ?? null;
    const sent = given === null ? undefined : { origin: given.origin, give: given };
    return {
      list: createLister(openStored(parsed.settings), {
        client,
        budget,
        credentialsFor: (url) => (url.origin === home ? sent : undefined),
      }),
      async fetch(item, options) {
        if (typeof item.locator !== 'string') throw new Failure('internal_error', 'The item has no address.');
        const url = new URL(item.locator);
        const judge = judgeRefusal(url, home);
        return download(client, { ...options, item, url, budget, credentials: sent, judge });
      },
      // The client belongs to whoever made it; nothing here is held open.
      close: async () => {},
    };
  },
});

export default createUrlsKind;
