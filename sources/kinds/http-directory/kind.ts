import { Failure } from '../../../domain/failures.ts';
import { WEB_CREDENTIALS, type WebCredentials } from '../../credentials.ts';
import { download } from '../../download/download.ts';
import { createHeld } from '../../held.ts';
import type { SourceKindFactory } from '../../source.ts';
import { parseDirectoryUrl } from './address.ts';
import { createLister, type Directory } from './list.ts';
import { readSettings } from './settings.ts';

/** A directory that a web server shows the index of, and what is below it. */
const createHttpDirectoryKind: SourceKindFactory = ({ client }) => {
  const held = createHeld<Directory>(60_000);

  return {
    kind: 'http-directory',
    title: 'Web directory',
    looksLike: 'a directory that a web server shows the index of (https://host/photos/)',
    recognises: (input) => (/^\s*https?:/i.test(input) ? 'generic' : 'no'),
    credentials: WEB_CREDENTIALS,
    // Ordinary web servers state no rate; the concurrency is what keeps us polite, and Retry-After what slows us down.
    politeness: { requestsPerSecond: null, concurrency: 6 },
    parse(input, options = {}) {
      const { href } = parseDirectoryUrl(input);
      return { address: href, settings: { ...readSettings({ ...options, url: href }) } };
    },
    account: ({ address }) => new URL(address).host,
    open(parsed, { credentials, budget }) {
      const settings = readSettings(parsed.settings);
      const root = parseDirectoryUrl(settings.url);
      const give = credentials as WebCredentials | null;
      const asking = { client, budget, credentials: give ? { origin: root.origin, give } : undefined };
      return {
        list: createLister({ ...asking, settings: { ...settings, url: root.href }, held }),
        async fetch(item, options) {
          if (typeof item.locator !== 'string')
            throw new Failure('internal_error', 'The item has no address.');
          const { credentials, budget } = asking;
          return download(client, { ...options, item, url: new URL(item.locator), credentials, budget });
        },
        // The client belongs to whoever made it; nothing here is held open.
        close: async () => {},
      };
    },
  };
};

export default createHttpDirectoryKind;
