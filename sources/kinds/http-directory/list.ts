import type { Held } from '../../held.ts';
import type { ListingEntry } from '../../listing/listing.ts';
import { type Contents, createWalk } from '../../listing/walk.ts';
import type { HttpClient, HttpRequest } from '../../reach/client.ts';
import type { RequestBudget } from '../../source.ts';
import { askHeads, factsOfEntry } from './facts.ts';
import { readDirectory } from './readDirectory.ts';
import type { HttpDirectorySettings } from './settings.ts';

export interface ListOptions {
  client: HttpClient;
  settings: HttpDirectorySettings;
  credentials?: HttpRequest['credentials'];
  budget?: RequestBudget | undefined;
  held: Held<Contents<ListingEntry>>;
}

/** Redirects to other places are refused, so the tree is walked where somebody said that it is. */
export function createLister({ client, settings, credentials, budget, held }: ListOptions) {
  return createWalk<ListingEntry>({
    ...settings,
    root: new URL(settings.url),
    visitor: credentials,
    held,
    read: (url, signal) => readDirectory({ client, url, credentials, budget, signal }),
    factsOf: factsOfEntry,
    ask: (entries, signal) => askHeads(entries, { client, credentials, budget, signal }),
  });
}
