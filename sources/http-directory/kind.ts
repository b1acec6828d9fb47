import { Failure } from '../../domain/failures.ts';
import { download } from '../download/download.ts';
import { createHeld } from '../held.ts';
import type { ListingEntry } from '../listing/listing.ts';
import type { HttpClient } from '../reach/client.ts';
import type { SourceKind } from '../source.ts';
import { parseDirectoryUrl } from './address.ts';
import { createLister } from './list.ts';
import { readSettings } from './settings.ts';

/** A directory that a web server shows the index of, and what is below it. */
export function createHttpDirectoryKind({ client }: { client: HttpClient }): SourceKind {
  const held = createHeld<ListingEntry[]>(60_000);

  return {
    kind: 'http-directory',
    parse(input) {
      const { href } = parseDirectoryUrl(input);
      return { address: href, settings: { ...readSettings({ url: href }) } };
    },
    open(parsed, credentials) {
      const settings = readSettings(parsed.settings);
      const root = parseDirectoryUrl(settings.url);
      const given = credentials && { origin: root.origin, give: credentials };
      return {
        list: createLister({ client, settings: { ...settings, url: root.href }, credentials: given, held }),
        async fetch(item, options) {
          if (typeof item.locator !== 'string')
            throw new Failure('internal_error', 'The item has no address.');
          const listedBytes = item.sizeExact ? item.size : null;
          return download(client, {
            ...options,
            url: new URL(item.locator),
            credentials: given,
            listedBytes,
          });
        },
        // The client belongs to whoever made it; nothing here is held open.
        close: async () => {},
      };
    },
  };
}
