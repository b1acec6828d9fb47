import { Failure } from '../../../domain/failures.ts';
import { WEB_CREDENTIALS, type WebCredentials } from '../../credentials.ts';
import { download } from '../../download/download.ts';
import { createHeld } from '../../held.ts';
import type { Contents } from '../../listing/walk.ts';
import { parseHttpUrl } from '../../reach/address.ts';
import type { SourceKindFactory } from '../../source.ts';
import { looksLikeWebdav, parseWebdavAddress } from './address.ts';
import { createLister } from './list.ts';
import type { WebdavEntry } from './multistatus.ts';
import { placesOf } from './places.ts';
import { SHARE_HEADERS } from './readCollection.ts';
import { readSettings } from './settings.ts';
import { judgeFile } from './statuses.ts';

/** A folder on a WebDAV server (Apache, Nextcloud, ownCloud, a NAS) and what is below it, or a public link to one. */
const createWebdavKind: SourceKindFactory = ({ client }) => {
  const held = createHeld<Contents<WebdavEntry>>(60_000);

  return {
    kind: 'webdav',
    title: 'WebDAV',
    looksLike: 'a WebDAV folder (webdavs://host/path/) or a public link of Nextcloud (https://host/s/token)',
    recognises: (input) => (looksLikeWebdav(input) ? 'specific' : 'no'),
    credentials: WEB_CREDENTIALS,
    politeness: { requestsPerSecond: null, concurrency: 6 },
    parse(input, options = {}) {
      const { address, base, share } = parseWebdavAddress(input);
      return { address, settings: { ...readSettings({ ...options, base, share }) } };
    },
    account: ({ settings }) => new URL(readSettings(settings).base).host,
    open(parsed, { credentials, budget }) {
      const settings = readSettings(parsed.settings);
      parseHttpUrl(settings.base);
      const places = placesOf(settings, credentials as WebCredentials | null);
      const shared = settings.share !== null;
      return {
        list: createLister({ client, budget, settings, places, held }),
        async fetch(item, options) {
          const url = typeof item.locator === 'string' ? new URL(item.locator) : null;
          const place = places.find(({ root }) => url?.href.startsWith(root.href));
          if (url === null || place === undefined)
            throw new Failure('internal_error', 'The item has no address, or one outside of its source.');
          return download(client, {
            ...options,
            item,
            url,
            credentials: place.credentials,
            budget,
            judge: (head) => judgeFile(head, shared),
            ...(shared && { headers: SHARE_HEADERS }),
          });
        },
        // The client belongs to whoever made it; nothing here is held open.
        close: async () => {},
      };
    },
  };
};

export default createWebdavKind;
