import { Failure } from '../../../domain/failures.ts';
import { WEB_CREDENTIALS, type WebCredentials } from '../../credentials.ts';
import { download } from '../../download/download.ts';
import { judgeRefusal } from '../../download/refusedFile.ts';
import { createHeld } from '../../held.ts';
import { parseHttpUrl } from '../../reach/address.ts';
import type { SourceKindFactory } from '../../source.ts';
import { parseApiAddress } from './address.ts';
import { createLister } from './list.ts';
import type { RestPage } from './readPage.ts';
import { readSettings } from './settings.ts';

/** A JSON API that tells of images page by page, in whatever words: its settings describe them. */
const createRestKind: SourceKindFactory = ({ client }) => {
  const held = createHeld<RestPage>(60_000);

  return {
    kind: 'rest',
    title: 'REST API',
    looksLike: 'a JSON API (https://host/api/images with kind "rest" and a description of its answers)',
    // Every web address could be one; only somebody who describes its answers can say so.
    recognises: () => 'no',
    credentials: WEB_CREDENTIALS,
    politeness: { requestsPerSecond: 10, concurrency: 6 },
    parse(input, options = {}) {
      const settings = parseApiAddress(input, options);
      return { address: settings.url, settings: JSON.parse(JSON.stringify(settings)) };
    },
    account: ({ address }) => new URL(address).host,
    open(parsed, { credentials, budget }) {
      const settings = readSettings(parsed.settings);
      const { href: url, origin } = parseHttpUrl(settings.url);
      const give = credentials as WebCredentials | null;
      const asking = { client, budget, credentials: give ? { origin, give } : undefined };
      const { accept: _pages, ...headers } = settings.headers;
      return {
        list: createLister({ ...asking, settings: { ...settings, url }, held }),
        async fetch(item, options) {
          if (typeof item.locator !== 'string')
            throw new Failure('internal_error', 'The item has no address.');
          const at = new URL(item.locator);
          return download(client, {
            ...options,
            item,
            url: at,
            budget,
            credentials: asking.credentials,
            headers: at.origin === origin ? headers : {},
            judge: judgeRefusal(at, origin),
          });
        },
        // The client belongs to whoever made it; nothing here is held open.
        close: async () => {},
      };
    },
  };
};

export default createRestKind;
